"""A sweep on a cluster of Dask: dask_sweep.py SCENARIO SHARDS PARTS RESULTS [SCHEDULER]

Without the address of a scheduler, two workers are started on this machine. A task whose worker dies is given to
another, which goes on where it was.
"""

import subprocess
import sys

from dask.distributed import Client


def run_shard(number: int, shards: int, scenario: str, parts: str) -> None:
    share = ["--shard", f"{number}/{shards}", "--out", parts, "--threads", "1", "--resume", "--quiet"]
    subprocess.run(["hbsim", "sweep", scenario, *share], check=True)


def main(scenario: str, shards: str, parts: str, results: str, scheduler: str | None = None) -> None:
    cluster = {"address": scheduler} if scheduler else {"n_workers": 2, "threads_per_worker": 1}
    with Client(**cluster) as client:
        numbers = range(1, int(shards) + 1)
        tasks = client.map(run_shard, numbers, shards=int(shards), scenario=scenario, parts=parts, retries=3)
        client.gather(tasks)
    subprocess.run(["hbsim", "merge", parts, "--out", results], check=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
