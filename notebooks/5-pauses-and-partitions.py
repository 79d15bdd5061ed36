# %% [markdown]
# # 5. Pauses and partitions
#
# **Question.** No message is ever lost or late. But each node collects garbage: on average every 5 minutes it stands still, for 1 s on
# average. It beats every second, and 2.5 s of silence are death. *How often is a healthy node declared dead?*

# %%
import math

import altair as alt
import pandas as pd

import hbsim
from lesson import SEEN, THEORY, WRONG, curves, expect, line, reveal, titled

hbsim.about()

# %% [markdown]
# ## Predict
#
# There are about 287 pauses a day. In how many of them is the node declared dead?

# %%
my_guess = None  # wrong deaths per node and day

# %%
pauses = hbsim.run("gc-pauses")
rate = pauses.value("false_positives_per_node_day")
reveal(my_guess, rate, "wrong deaths per node and day")

# %% [markdown]
# ## Why
#
# When a pause of length $X$ begins, the last beat is already $U$ old, anything from 0 to $\eta$. It is taken for death if $U + X > T$. For pauses
# whose length is exponential with mean $g$, the average over $U$ is
#
# $$P = \frac{g}{\eta}\, e^{-T/g} \left(e^{\eta/g} - 1\right) = e^{-2.5}\,(e - 1) = 0.141$$

# %%
share = math.exp(-2.5) * (math.e - 1)
a_day = 86_400 / (300 + 1)
expect(a_day, about=287, within=0.5)
expect(share, about=0.141, within=0.001)
expect(share * a_day, about=40.5, within=0.2)
expect(rate, about=41, within=2.5)

# %% [markdown]
# That is 14 in 100 pauses, and 41 wrong deaths per node and day. The network is not to blame for a single one.
#
# Which timeout outlasts how long a pause?

# %%
grid = hbsim.sweep("pauses").summary
grid = grid[grid.mean_s.isin([0.5, 1, 2, 4])].sort_values("mean_s", ascending=False)
grid["pause"] = grid.mean_s.map("pauses of {:g} s".format)
timeout = alt.X("timeout_s:Q", title="timeout, in seconds", scale=alt.Scale(domain=[1.5, 22]))
seen = curves(grid, timeout, "false_positives_per_node_day", "pause",
              {"title": "wrong deaths per node and day", "scale": alt.Scale(type="log", domain=[0.01, 1000]), "axis": alt.Axis(tickCount=5)}, rare=True)
theory = alt.Chart(grid[grid.mistakes_per_pair_day_calculated > 0.01]).mark_line(color=THEORY, strokeDash=[2, 3], strokeWidth=1.5).encode(timeout, alt.Y("mistakes_per_pair_day_calculated:Q"), detail="pause:N")
titled(theory + seen, "A pause twice as long needs twice the patience", "Pauses every 5 minutes on average, exponential. Dotted: theory", height=300)

# %%
by = grid.set_index(["mean_s", "timeout_s"]).false_positives_per_node_day
expect(by[1, 3], about=25, within=3)
expect(by[1, 5], about=2.75, within=0.9)
expect(by[2, 5], about=32, within=3)
expect(by[2, 5] / by[1, 5], between=(8, 16))

# %% [markdown]
# Each second more divides mistakes by $e^{1/g}$. With 5 s of patience, pauses of 2 s on average make about 32 mistakes where pauses of 1 s make 2.75:
# pauses twice as long, more than ten times the mistakes.
#
# ## The average is not the pause that kills
#
# Real pauses are not exponential. This log of a Java collector has 118 pauses, 18 ms long on average.

# %%
log = hbsim.sweep("measured-pauses", {"detector.timeout": "0.6s,0.8s,1s,1.2s,1.4s,1.5s,1.6s,1.7s,2s"}).summary.assign(series="the log's pauses")
timeout = alt.X("timeout_s:Q", title="timeout, in seconds (a beat every half second)", scale=alt.Scale(domain=[0.5, 2.25], nice=False))
seen = curves(log, timeout, "false_positives_per_node_day", "series", {"title": "wrong deaths per node and day"}, rare=True)
edge = alt.Chart(pd.DataFrame([{"x": 1.18, "y": 101, "say": "longest pause: 1.18 s"}, {"x": 1.68, "y": 92, "say": "and an interval more"}]))
marks = edge.mark_rule(color=WRONG, strokeDash=[4, 4]).encode(x="x:Q")
names = edge.mark_text(color=WRONG, align="left", dx=5, fontSize=13).encode(x="x:Q", y="y:Q", text="say:N")
titled(seen + marks + names, "One pause of 118 makes all the mistakes", "More patience changes nothing until it outlasts the longest pause, and then everything")

# %%
by = log.set_index("timeout_s").false_positives_per_node_day
expect(by[1.0], about=82, within=5)
expect(by[0.6], about=by[1.0], within=5)
expect(by[1.7], about=0, within=0)
expect(0.5 + 1.18, about=1.68)

# %% [markdown]
# A timeout of 1 s makes 82 mistakes per node and day, and one of 0.6 s hardly more. From 1.68 s on (the longest pause, and up to an interval before
# it) there are none. Look at the *longest* line of your log, and remember that tomorrow's may be longer.
#
# ## The one who watches stands still
#
# Now the *monitor* stands still for 2.5 s, every ten minutes. Its timeout is 3 s, all nodes beat every second, and beats wait at its door.
# How many of the 100 nodes does it accuse when it wakes? Think before you go on: no node was silent for more than a second.

# %%
ways = {"as it is": {}, "reads its inbox first": {"faults.0.first": "inbox"}, "waits 2 s if it stood still": {"verdict.local_pause_guard": "2s"}}
monitor = pd.concat([hbsim.run("paused-monitor", changes).summary.assign(way=way) for way, changes in ways.items()])
monitor[["way", "mistakes", "mistakes_high", "detection_s_mean", "detection_s_p99"]].round(2).rename(columns={"mistakes_high": "… at most", "detection_s_mean": "known after", "detection_s_p99": "99 % within"})

# %%
expect(monitor.mistakes.iloc[0], about=5629, within=250)
expect(monitor.mistakes.iloc[1], about=0, within=0)
expect(monitor.mistakes.iloc[2], about=0, within=0)
expect(monitor.mistakes.iloc[0] / 20 / 6, about=47, within=2)  # runs, and pauses in each
expect(2.5 + 1, about=3.5)

# %% [markdown]
# Half of those alive, each time: about 47 of them, and 5629 wrong deaths in all the runs. It looked at its clock before it looked into its inbox: the last beats that it had
# read were 2.5 to 3.5 s old. Reading first costs nothing. A guard costs a little time for those that crash meanwhile.
#
# ## A wall
#
# Five nodes watch one another. For a minute there is a wall between three and two of them. Whom do they hold dead?

# %%
wall = pd.concat([
    hbsim.run("split-brain").summary.assign(rule="each decides alone"),
    hbsim.run("split-brain", {"topology.quorum": 3}).summary.assign(rule="three must agree"),
])
each = wall.melt(id_vars=["rule", "replications"], value_vars=["healthy_out_of_service_s", "two_sides_s"], var_name="measure", value_name="seconds")
each["what"] = each.measure.map({"healthy_out_of_service_s": "healthy nodes out of service (node-seconds)", "two_sides_s": "two sides at once (seconds)"})
each["per_run"] = each.seconds / each.replications
base = alt.Chart(each)
rows = alt.Y("rule:N", title=None)
colour = alt.Color("what:N", title=None, legend=alt.Legend(orient="bottom", columns=1))
bars = base.mark_bar().encode(rows, alt.X("per_run:Q", title="for each wall of 60 s", scale=alt.Scale(domain=[0, 310])), colour, alt.YOffset("what:N"))
labels = base.mark_text(align="left", dx=5, fontSize=13).encode(rows, alt.YOffset("what:N"), x="per_run:Q", text=alt.Text("per_run:Q", format=".0f"))
titled(bars + labels, "A quorum saves the majority, and ends the split brain", "Five nodes, cut into three and two for a minute; 40 walls", height=150, width=420)

# %%
out = each.set_index(["rule", "measure"]).per_run
expect(out["each decides alone", "healthy_out_of_service_s"], about=288, within=3)
expect(out["each decides alone", "two_sides_s"], about=57.6, within=0.5)
expect(out["three must agree", "healthy_out_of_service_s"], about=115, within=2)
expect(out["three must agree", "two_sides_s"], between=(0, 0.5))
expect(5 * 57.5, about=288, within=1)
expect(2 * 57.5, about=115, within=0.1)

# %% [markdown]
# Alone, all five are out of service in somebody's eyes for about 57.5 s each (288 in all), and both sides act as if the other were dead. If three must
# agree, only the two behind the wall are out (115), and there are no two sides but for a moment. **No timeout helps against a wall**, only
# agreement.
#
# ## Remember
#
# - Most "network problems" of failure detectors are pauses. Nothing is lost, nothing is late.
# - The longest pause counts, and on top of it up to one interval.
# - Whoever watches must suspect itself first.
#
# ## Exercises
#
# 1. Pauses of 1 s on average, and 5.5 s of patience instead of 2.5 s: by which factor do mistakes fall? Formula, then run.
# 2. A node that wakes may beat at once, or wait for its next turn: `{"topology.catch_up": "none"}`. Which is better for `gc-pauses`, and why?
# 3. The wall of `split-brain` lasts for 3 s only (`{"faults.0.for": "3s"}`) and the timeout is 3.5 s. How many mistakes are there, and of what length?
