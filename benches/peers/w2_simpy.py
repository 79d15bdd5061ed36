"""W2 on SimPy 4 with NumPy: a process for each node's beats, one for its looks, and a timeout with a callback for each
table in flight. The tables are arrays, merged by whole-array operations.

Usage: w2_simpy.py NODES HORIZON_SECONDS
"""

import json
import math
import random
import resource
import sys

import numpy as np
import simpy

INTERVAL = 1.0
TIMEOUT = 10.0
FANOUT = 3
MEDIAN_LATENCY = 0.05
SIGMA = 0.4
CRASHES = 5
CRASHES_FROM, CRASHES_UNTIL = 20.0, 100.0


class Node:
    """What one node knows: of each node the highest counter heard of, and when it last rose."""

    def __init__(self, cluster, number, phase):
        self.cluster = cluster
        self.number = number
        self.crash_at = cluster.crash_at[number]
        self.counters = np.zeros(cluster.size, dtype=np.uint32)
        self.rises = np.zeros(cluster.size)
        self.held_dead = np.zeros(cluster.size, dtype=bool)
        cluster.env.process(self.beat(phase))
        cluster.env.process(self.look())

    def beat(self, phase):
        env = self.cluster.env
        yield env.timeout(phase)
        while env.now < self.crash_at:
            self.counters[self.number] += 1
            self.rises[self.number] = env.now
            self.cluster.send(self.number, self.counters.copy())
            yield env.timeout(INTERVAL)

    def merge(self, arrival):
        """Is called back when a table has travelled for its latency."""
        now = self.cluster.env.now
        if now < self.crash_at:
            table = arrival.value
            self.rises[table > self.counters] = now
            np.maximum(self.counters, table, out=self.counters)

    def look(self):
        """Has one pending look, at the earliest deadline known."""
        env = self.cluster.env
        next_look = TIMEOUT
        while True:
            yield env.timeout(next_look - env.now)
            if env.now >= self.crash_at:
                return
            deadlines = self.rises + TIMEOUT
            silent = deadlines <= env.now
            for subject in np.flatnonzero(silent & ~self.held_dead):
                self.cluster.declare(self.number, int(subject))
            self.held_dead = silent
            # Its own deadline always lies ahead.
            next_look = deadlines[~silent].min()


class Cluster:
    """The nodes, what lies between them, and the judge of their verdicts."""

    def __init__(self, env, size):
        self.env = env
        self.size = size
        self.mu = math.log(MEDIAN_LATENCY)
        self.messages = 0
        self.verdicts = {}
        self.false_positives = 0
        self.crash_at = [math.inf] * size
        self.crashed = random.sample(range(size), CRASHES)
        for node in self.crashed:
            self.crash_at[node] = random.uniform(CRASHES_FROM, CRASHES_UNTIL)
        self.nodes = [Node(self, number, random.uniform(0.0, INTERVAL)) for number in range(size)]

    def send(self, sender, table):
        self.messages += FANOUT
        for to in random.sample(range(self.size - 1), FANOUT):
            to += to >= sender
            latency = math.exp(random.gauss(self.mu, SIGMA))
            self.env.timeout(latency, table).callbacks.append(self.nodes[to].merge)

    def declare(self, observer, subject):
        if self.crash_at[subject] <= self.env.now:
            self.verdicts[subject, observer] = self.env.now
        else:
            self.false_positives += 1

    def times_to_detection(self, subject):
        """Observers that crash themselves do not count."""
        return [
            at - self.crash_at[subject]
            for (dead, observer), at in self.verdicts.items()
            if dead == subject and self.crash_at[observer] == math.inf
        ]


def mean(values):
    return sum(values) / len(values) if values else None


def main():
    nodes, horizon = int(sys.argv[1]), float(sys.argv[2])
    random.seed(1)
    env = simpy.Environment()
    cluster = Cluster(env, nodes)
    env.run(until=horizon)
    times = [cluster.times_to_detection(subject) for subject in cluster.crashed]
    print(json.dumps({
        "program": "w2-simpy",
        "nodes": nodes,
        "messages": cluster.messages,
        "detections": sum(map(len, times)),
        "detection_first_s_mean": mean([min(of_one) for of_one in times if of_one]),
        "detection_all_s_mean": mean([max(of_one) for of_one in times if of_one]),
        "false_positives": cluster.false_positives,
        "seconds_user": resource.getrusage(resource.RUSAGE_SELF).ru_utime,
    }))


if __name__ == "__main__":
    main()
