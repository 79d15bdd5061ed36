"""W3 on SimPy 4: a process for each node's probes, and a timeout with a callback for each message in flight.

Usage: w3_simpy.py NODES HORIZON_SECONDS
"""

import json
import math
import random
import resource
import sys

import simpy

INTERVAL = 1.0
PATIENCE = 0.5
HELPERS = 3
LOSS = 0.01
MEDIAN_LATENCY = 0.05
SIGMA = 0.4


class Node:
    """Probes one other in each round."""

    def __init__(self, cluster, number, phase):
        self.cluster = cluster
        self.number = number
        self.round = 0
        self.heard = False
        cluster.env.process(self.probe(phase))

    def probe(self, phase):
        env = self.cluster.env
        cluster = self.cluster
        yield env.timeout(phase)
        while True:
            cluster.probes += 1
            self.round += 1
            self.heard = False
            target = self.number
            while target == self.number:
                target = int(random.random() * cluster.size)
            cluster.send((self.round, self), self.on_ping)
            yield env.timeout(PATIENCE)
            if not self.heard:
                cluster.indirect_rounds += 1
                for _ in cluster.pick(HELPERS, self.number, target):
                    cluster.send((self.round, self), self.on_ping_request)
            yield env.timeout(INTERVAL - PATIENCE)
            if not self.heard:
                cluster.suspicions += 1

    # These are called back when a message has travelled for its latency. Every node answers alike, so a message
    # need not know its receiver, only who asked, and in which round.

    def on_ping(self, arrival):
        self.cluster.send(arrival.value, self.on_ack)

    def on_ping_request(self, arrival):
        self.cluster.send(arrival.value, self.on_helpers_ping)

    def on_helpers_ping(self, arrival):
        self.cluster.send(arrival.value, self.on_helpers_ack)

    def on_helpers_ack(self, arrival):
        self.cluster.send(arrival.value, self.on_ack)

    def on_ack(self, arrival):
        """Of the target or relayed. One from an earlier round comes too late."""
        asked_in, prober = arrival.value
        if asked_in == prober.round:
            prober.heard = True


class Cluster:
    """The nodes, and what lies between them."""

    def __init__(self, env, size):
        self.env = env
        self.size = size
        self.mu = math.log(MEDIAN_LATENCY)
        self.messages = 0
        self.probes = 0
        self.indirect_rounds = 0
        self.suspicions = 0
        self.nodes = [Node(self, number, random.uniform(0.0, INTERVAL)) for number in range(size)]

    def pick(self, count, *but):
        """Picks distinct others."""
        picked = []
        while len(picked) < count:
            node = int(random.random() * self.size)
            if node not in but and node not in picked:
                picked.append(node)
        return picked

    def send(self, message, on_arrival):
        self.messages += 1
        if random.random() >= LOSS:
            latency = math.exp(random.gauss(self.mu, SIGMA))
            self.env.timeout(latency, message).callbacks.append(on_arrival)


def main():
    nodes, horizon = int(sys.argv[1]), float(sys.argv[2])
    random.seed(1)
    env = simpy.Environment()
    cluster = Cluster(env, nodes)
    env.run(until=horizon)
    print(json.dumps({
        "program": "w3-simpy",
        "nodes": nodes,
        "messages": cluster.messages,
        "probes": cluster.probes,
        "indirect_rounds": cluster.indirect_rounds,
        "suspicions": cluster.suspicions,
        "seconds_user": resource.getrusage(resource.RUSAGE_SELF).ru_utime,
    }))


if __name__ == "__main__":
    main()
