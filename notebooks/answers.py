# %% [markdown]
# # Answers to the exercises
#
# Each is executed and checked, like everything here. Try first.

# %%
import math
from statistics import NormalDist

import hbsim
from lesson import expect

hbsim.about()

# %% [markdown]
# ## 1. Interval and timeout
#
# 1. $15 + 0.1 - 0.5 = 14.6$ s: later than with a beat every 5 s.
# 2. $3\eta + 0.1 - \eta/2 = 10$ gives $\eta = 9.9 / 2.5 = 3.96$ s.
# 3. With delays near zero, 30 to 50 s if the scan knows nothing of the beats: $40 - 10$ at least, $40 + 10$ at most, $40 - 5 + 5 = 40$ s on average.

# %%
expect(hbsim.run("first", {"topology.interval": "1s", "detector.misses": 15}, nodes=200).value("detection_s_mean"), about=14.6, within=0.05)
expect(hbsim.run("first", {"topology.interval": "3.96s"}).value("detection_s_mean"), about=10.0, within=0.1)
scan = hbsim.run("scan", {"detector.check": {"every": "10s"}})
expect(scan.value("detection_s_mean"), about=40, within=1)
expect(scan.value("detection_s_max"), between=(48, 50.1))

# %% [markdown]
# ## 2. Loss, jitter, bursts
#
# 1. $0.9 \times 0.1^3$ instead of $0.95 \times 0.05^3$: 7.6 times as many, 77.8 a day.
# 2. $86400 \times 0.9 \times 0.1^k < 1$ needs five losses in a row: 0.78 a day. The timeout must then bear four lost beats, and the fifth to be due: a little more than 5 s.
# 3. About 22 times: 48 a day, where the log-normal law makes 2.2.

# %%
expect(0.9 * 0.1**3 / (0.95 * 0.05**3), about=7.6, within=0.05)
expect(0.9 * 0.1**3 * 86_400, about=77.8, within=0.1)
expect(hbsim.run("lossy-network", {"network.loss": 0.1}).value("false_positives_per_node_day"), about=77.8, within=4)
expect(0.9 * 0.1**5 * 86_400, about=0.78, within=0.01)
expect(hbsim.run("lossy-network", {"network.loss": 0.1, "detector.timeout": "5.5s"}).value("false_positives_per_node_day"), between=(0.4, 1.2))
pareto = hbsim.run("heavy-tail").value("false_positives_per_node_day")
lighter = hbsim.run("heavy-tail", {"network.latency": {"kind": "log-normal", "median": "50ms", "p99": "200ms"}}).value("false_positives_per_node_day")
expect(pareto, about=48, within=4)
expect(lighter, about=2.2, within=0.7)
expect(pareto / lighter, about=22, within=8)

# %% [markdown]
# ## 3. Topologies
#
# 1. $500/2 + 10/5 = 252$ messages a second.
# 2. The dead do not beat, but they are still asked: five of 200 nodes, for half of the time. Each sends nothing to the monitor, and gets its question all the same.
# 3. SWIM sends nearly twice as much (1.93 times): a lost ping is asked for again, by way of others, and every suspicion is spread and refuted.

# %%
regions = {f"r{number}": 50 for number in range(10)}
hierarchy = hbsim.explain("three-regions", {"cluster": {"regions": regions}})
expect(hierarchy[hierarchy.claim == "messages a second"].value.iloc[0], about=252, within=2)
calm = hbsim.compare("same-crashes", nodes=200).summary.set_index("scenario").messages_per_s
lossy = hbsim.compare("same-crashes", nodes=200, changes={"network.loss": 0.05}).summary.set_index("scenario").messages_per_s
expect(calm["pull"] / calm["centralized"], about=2.014, within=0.003)
expect(lossy["swim"] / calm["swim"], about=1.93, within=0.1)
expect(lossy["gossip"] / calm["gossip"], about=1, within=0.001)

# %% [markdown]
# ## 4. Phi
#
# 1. $3 / \ln 10 = 1.3$; and it is 10 after $10 \ln 10 = 23.03$ s.
# 2. Five deviations: $\varphi = 6.54$.
# 3. The next beat after a lost one is now in time, and 1539 a day fall to fewer than 90: two lost in a row, $0.98 \times 0.02^2$ of the beats, would make 34, and some late beats more.

# %%
expect(3 / math.log(10), about=1.3, within=0.005)
expect(10 * math.log(10), about=23.03, within=0.005)
expect((250 - 200) / 10, about=5)
expect(-math.log10(NormalDist().cdf(-5)), about=6.54, within=0.005)
patient = hbsim.run("phi-learns", {"detector.acceptable_pause": "1s"}).value("false_positives_per_node_day")
expect(0.98 * 0.02**2 * 86_400, about=34, within=0.2)
expect(patient, between=(20, 90))

# %% [markdown]
# ## 5. Pauses and partitions
#
# 1. $e^{3}$, a factor of 20: from 41 to about 2 a day.
# 2. To beat at once. Else the silence goes on until the next turn, and 2.5 s bear no longer pauses than 2 s do: 67 a day instead of 41.
# 3. Exactly three beats fall into 3 s, so the silence is 4 s, longer than 3.5 s: all 12 pairs across the wall are wrong, each for about half a second. A wall that is
#    shorter than the timeout is no comfort.

# %%
expect(math.e**3, about=20, within=0.1)
expect(hbsim.run("gc-pauses", {"detector.timeout": "5.5s"}).value("false_positives_per_node_day"), about=2, within=0.7)
expect(hbsim.run("gc-pauses", {"topology.catch_up": "none"}).value("false_positives_per_node_day"), about=67, within=4)
short = hbsim.run("split-brain", {"faults.0.for": "3s"})
expect(short.value("mistakes") / short.value("replications"), about=12, within=0.2)
expect(short.value("mistake_s_mean"), about=0.5, within=0.05)

# %% [markdown]
# ## 6. Choosing a timeout
#
# 1. One more: eight in a row, within 9.9 s, is a beat every 1.23 s. That makes 0.19 a year; seven would make 3.3.
# 2. Ten times the mistakes: 0.64 a week for 1.4 s and 9.9 s, which still meets the goal. And ten times the messages.
# 3. Seven beats in 4.9 s: a beat every 0.7 s, and twice the messages. (Mistakes double as well, to 0.13 a week.)

# %%
def a_week(interval, losses, nodes=200, loss=0.05):
    return nodes * (1 - loss) * loss**losses / interval * 604_800

expect(a_week(9.9 / 8, 8) * 52, about=0.19, within=0.01)
expect(a_week(1.4, 7) * 52, about=3.3, within=0.1)
expect(9.9 / 8, about=1.23, within=0.01)
expect(a_week(1.4, 7, nodes=2000), about=0.64, within=0.01)
expect(a_week(0.7, 7), about=0.13, within=0.005)
fast = hbsim.run("lossy-network", {"topology.interval": "0.69s", "detector.timeout": "4.9s"})
expect(fast.value("detection_s_p99"), between=(4.8, 5.0))

# %% [markdown]
# ## 7. Claims
#
# 1. From 9 to 16.5 s, 12.5 s on average: Swarm asks for beats at intervals that vary a little, and the last beat is never quite new.
# 2. About half: the monitor needs 12.6 s, and many are back by then.

# %%
swarm = hbsim.run("docker-swarm")
expect(swarm.value("detection_s_mean"), about=12.5, within=0.2)
expect(swarm.value("detection_s_max"), between=(15, 16.5))
restarts = hbsim.run("restarting-nodes")
expect(restarts.value("missed") / restarts.value("crashes"), about=0.47, within=0.06)
