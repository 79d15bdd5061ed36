"""W1 on SimPy 4: one process for each node, one for each watch, and a timeout with a callback for each beat in flight.

Usage: w1_simpy.py NODES HORIZON_SECONDS
"""

import json
import math
import random
import resource
import sys

import simpy

INTERVAL = 1.0
TIMEOUT = 3.0
MEDIAN_LATENCY = 0.05
SIGMA = 0.4
NODES_PER_CRASH = 100


class Monitor:
    """Holds the last arrival from each node and judges its own verdicts against the truth."""

    def __init__(self, env, nodes, crash_at):
        self.env = env
        self.crash_at = crash_at
        self.last_arrival = [0.0] * nodes
        self.held_dead = [False] * nodes
        self.detections = []
        self.false_positives = 0
        for node in range(nodes):
            env.process(self.watch(node))

    def hear(self, arrival):
        """Is called back when a beat has travelled for its latency."""
        node = arrival.value
        self.last_arrival[node] = self.env.now
        if self.held_dead[node]:
            self.held_dead[node] = False
            self.env.process(self.watch(node))

    def watch(self, node):
        """Waits for the deadline known now, looks again, and ends when the node was silent for the whole timeout."""
        env = self.env
        last_arrival = self.last_arrival
        while (remaining := last_arrival[node] + TIMEOUT - env.now) > 0:
            yield env.timeout(remaining)
        self.held_dead[node] = True
        if self.crash_at[node] <= env.now:
            self.detections.append(env.now - self.crash_at[node])
        else:
            self.false_positives += 1


class Cluster:
    """The nodes, each a process that beats until it crashes."""

    def __init__(self, env, nodes, horizon):
        self.env = env
        self.beats = 0
        self.mu = math.log(MEDIAN_LATENCY)
        self.crash_at = [math.inf] * nodes
        for node in random.sample(range(nodes), nodes // NODES_PER_CRASH):
            self.crash_at[node] = random.uniform(0.0, horizon)
        self.monitor = Monitor(env, nodes, self.crash_at)
        for node in range(nodes):
            env.process(self.node(node, random.uniform(0.0, INTERVAL)))

    def node(self, number, phase):
        env = self.env
        hear = self.monitor.hear
        crash_at = self.crash_at[number]
        yield env.timeout(phase)
        while env.now < crash_at:
            self.beats += 1
            latency = math.exp(random.gauss(self.mu, SIGMA))
            env.timeout(latency, number).callbacks.append(hear)
            yield env.timeout(INTERVAL)


def main():
    nodes, horizon = int(sys.argv[1]), float(sys.argv[2])
    random.seed(1)
    env = simpy.Environment()
    cluster = Cluster(env, nodes, horizon)
    env.run(until=horizon)
    detections = cluster.monitor.detections
    print(json.dumps({
        "program": "w1-simpy",
        "nodes": nodes,
        "beats": cluster.beats,
        "detections": len(detections),
        "detection_mean_s": sum(detections) / len(detections) if detections else None,
        "false_positives": cluster.monitor.false_positives,
        "seconds_user": resource.getrusage(resource.RUSAGE_SELF).ru_utime,
    }))


if __name__ == "__main__":
    main()
