# %% [markdown]
# # 3. Topologies, and what they cost
#
# **Question.** 200 nodes. All may beat to one monitor; or be asked by it; or watch one another; or gossip. *Which of them knows of a
# crash first, and what does each cost?*

# %%
import altair as alt
import pandas as pd

import hbsim
from lesson import SEEN, WRONG, expect, line, reveal, titled

hbsim.about()

# %% [markdown]
# ## Predict
#
# If every node beats to every other, 500 nodes, a beat every 2 s: how many messages a second?

# %%
my_guess = None  # messages a second

# %%
claims = hbsim.explain("peers", {"cluster.nodes": 500, "topology.watchers": "all", "topology.interval": "2s"})
full = claims[claims.claim == "messages a second"].value.iloc[0]
reveal(my_guess, full, "messages a second")
expect(full, about=500 * 499 / 2, within=0)
expect(full, about=124_750, within=0)

# %% [markdown]
# $$\frac{N(N-1)}{\eta} = \frac{500 \times 499}{2} = 124{,}750$$
#
# It grows with the square of the nodes. That is why nobody does it, and all that follows is about how to avoid it.
#
# ## Run
#
# The same 200 nodes lose the same five of them at the same moments, under six topologies. They all beat once a second, and 10 s of
# silence are death (but for SWIM, which has rules of its own). As everything else is the same too, *differences* are known much
# better than the figures themselves.

# %%
six = hbsim.compare("same-crashes", nodes=200)
table = six.summary
columns = {"detection_first_s_mean": "the first knows", "detection_all_s_mean": "all know", "messages_per_s": "messages a second", "load_imbalance": "busiest / mean"}
table.set_index("scenario")[list(columns)].rename(columns=columns).round(2)

# %%
when = pd.concat([
    table.assign(who=who, mean=table[f"{measure}_mean"], low=table[f"{measure}_mean_low"], high=table[f"{measure}_mean_high"])
    for who, measure in (("the first of those who watch", "detection_first_s"), ("all of those who watch", "detection_all_s"))
])
order = list(table.sort_values("messages_per_s").scenario)
base = alt.Chart(when)
rows = alt.Y("scenario:N", sort=order, title=None)
who = alt.Color("who:N", sort=list(dict.fromkeys(when.who)), title=None, legend=alt.Legend(orient="bottom"))
offset = alt.YOffset("who:N", sort=list(dict.fromkeys(when.who)))
bars = base.mark_rule(strokeWidth=3).encode(rows, offset, who, x=alt.X("low:Q", title="time until known, in seconds", scale=alt.Scale(domain=[8, 14])), x2="high:Q")
points = base.mark_point().encode(rows, offset, who, alt.Shape("who:N", sort=list(dict.fromkeys(when.who)), legend=None), x="mean:Q")
titled(bars + points, "All but SWIM are as soon to know; gossip takes its time to tell all", "Mean over 50 crashes, with 95 % intervals", height=240, width=420)

# %%
cost = alt.Chart(table.assign(one=1))
rows = alt.Y("scenario:N", sort=order, title=None)
sent = cost.mark_bar(color=SEEN).encode(rows, alt.X("messages_per_s:Q", title="messages a second"))
busy = cost.mark_point(color=WRONG, size=120).encode(rows, alt.X("load_imbalance:Q", title="load of the busiest node over the mean", scale=alt.Scale(type="log", domain=[0.9, 120], nice=False), axis=alt.Axis(values=[1, 3, 10, 30, 100])))
stems = cost.mark_rule(color=WRONG, strokeWidth=1.5).encode(rows, x="one:Q", x2="load_imbalance:Q")
alt.hconcat(titled(sent, "Gossip and peers send three times as much …", width=300, height=200), titled(stems + busy, "… and nobody is overloaded", width=300, height=200))

# %%
by = table.set_index("scenario")
expect(by.messages_per_s["pull"] / by.messages_per_s["centralized"], about=2.0, within=0.05)
expect(by.messages_per_s["gossip"] / by.messages_per_s["centralized"], about=3, within=0.01)
expect(by.load_imbalance["centralized"], about=100, within=1)
expect(by.load_imbalance["hierarchical"], about=11, within=0.5)
expect(by.load_imbalance["peers"], between=(1, 1.1))
expect(by.detection_all_s_mean["gossip"] - by.detection_first_s_mean["gossip"], about=3.5, within=0.3)
expect(by.messages_per_s["hierarchical"] / by.messages_per_s["centralized"], about=1.05, within=0.01)

# %% [markdown]
# ## Why
#
# - **Centralized** is cheapest, and its monitor handles 100 times what the mean node does. **Pull** pays for a question and an answer.
# - **Hierarchical** pays 5 % more than one monitor, for the reports, and its busiest node is at 11 times the mean instead of 100.
# - **Peers**: three watch each, so three times the messages; nobody does more than others.
# - **Gossip** sends as many, and each carries what one knows of *all*: look at the bytes below. The first knows as soon as others do. The
#   rumour then needs rounds: all know about 3.5 s later.
# - **SWIM** asks one other node per second, whatever the size of the cluster. Somebody asks the dead one soon; it is then suspected, for longer
#   in larger clusters, before it is declared.
#
# How sure is it that two of them differ? The crashes are the same, so it is a paired comparison:

# %%
mean = six.differences.query("measure == 'detection_s_mean'").copy()
for column in ("difference", "difference_low", "difference_high"):
    mean[column] *= 1000
close = mean[mean.scenario.isin(["pull", "peers", "gossip", "hierarchical"])]
base = alt.Chart(close)
rows = alt.Y("scenario:N", title=None)
zero = alt.Chart(pd.DataFrame([{"x": 0}])).mark_rule(color="#777777", strokeWidth=1).encode(x="x:Q")
bars = base.mark_rule(color=SEEN, strokeWidth=3).encode(rows, x=alt.X("difference_low:Q", title="known so many milliseconds later than by one monitor"), x2="difference_high:Q")
points = base.mark_point(color=SEEN).encode(rows, x="difference:Q")
titled(zero + bars + points, "Milliseconds apart, and sure of it", "The means themselves are known to 95 ms only. Bars: 95 % intervals of the paired difference", height=150)

# %%
width = by.detection_s_mean_high["peers"] - by.detection_s_mean["peers"]
expect(width * 1000, about=95, within=15)
expect(close.difference.abs().max(), between=(3, 10))
expect((close.variance_ratio**0.5).min(), between=(20, 100))

# %% [markdown]
# Each mean is uncertain by 95 ms, since there were only 50 crashes. The differences are a few milliseconds, and their sign is sure: all
# topologies had the same luck. For that, runs with luck of their own would have to be hundreds of times as many.
#
# ## Larger clusters

# %%
sizes = pd.concat([hbsim.compare("same-crashes", nodes=nodes).summary.assign(nodes=nodes) for nodes in (50, 100)] + [table.assign(nodes=200)])
mesh = line([50, 100, 200], lambda nodes: nodes * (nodes - 1), scenario="all to all (formula)").rename(columns={"x": "nodes", "y": "messages_per_s"})
mesh["bytes_per_s"] = mesh.messages_per_s * 64
growth = pd.concat([sizes, mesh])[["scenario", "nodes", "messages_per_s", "bytes_per_s"]]
growth = growth[growth.scenario.isin(["centralized", "pull", "gossip", "swim", "all to all (formula)"])]
nodes = alt.X("nodes:Q", title="nodes", scale=alt.Scale(type="log", domain=[45, 220]), axis=alt.Axis(values=[50, 100, 200]))
colour = alt.Color("scenario:N", title=None, sort=["all to all (formula)", "gossip", "swim", "pull", "centralized"])
base = alt.Chart(growth).mark_line(point=True)
dash = alt.StrokeDash("scenario:N", legend=None)
messages = base.encode(nodes, alt.Y("messages_per_s:Q", title="messages a second", scale=alt.Scale(type="log"), axis=alt.Axis(tickCount=4)), colour, dash)
data = base.encode(nodes, alt.Y("bytes_per_s:Q", title="bytes a second", scale=alt.Scale(type="log"), axis=alt.Axis(tickCount=4, format="~s")), colour, dash)
alt.hconcat(titled(messages, "Messages: only all-to-all explodes", width=270), titled(data, "Bytes: gossip grows with the square too", width=270))

# %%
gossip = sizes[sizes.scenario == "gossip"].set_index("nodes").bytes_per_s
expect(gossip[200] / gossip[50], between=(13, 17))
expect(gossip[200] / 1e6, about=0.98, within=0.02)

# %% [markdown]
# Four times the nodes make about 15 times the bytes of gossip, which sends a table of all nodes each time: 0.98 MB a second for 200 nodes, and
# more than the pictures of most articles admit.
#
# ## Remember
#
# - Ask who is the busiest, not only how much is sent in all.
# - "Known" needs a *to whom*. One monitor knows at once what a rumour takes seconds to spread.
# - Compare under the same chances, and look at the difference.
#
# ## Exercises
#
# 1. 500 nodes in ten regions beat to their coordinators every 2 s, and each coordinator reports every 5 s. How many messages a second are that in all?
# 2. Why does pull send 2.014 times the messages of push here, and not exactly twice as many? (What do the dead do?)
# 3. Loss goes up to 5 %: `hbsim.compare("same-crashes", nodes=200, changes={"network.loss": 0.05})`. Which topology sends much more than before, and why?
