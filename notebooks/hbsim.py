"""The tables of hbsim as pandas DataFrames.

    first = hbsim.run("first", {"detector.misses": 2})
    first.value("detection_s_mean")     # a measure of the only row of summary.csv
    first.detections                    # detections.csv, whole

Where the command `hbsim` is found (the variable HBSIM, the PATH, ../target/release), each call runs it. Where it is
not, the table is read from ../results/lessons, where those of these notebooks are kept. HBSIM_FROM=results reads them
in any case; HBSIM_KEEP=folder writes there what is read, as ../results/lessons has it.
"""

import functools
import json
import os
import re
import shlex
import shutil
import subprocess
import tempfile
from hashlib import sha256
from pathlib import Path

import pandas as pd

HERE = Path(__file__).resolve().parent
PREPARED = HERE.parent / "results" / "lessons"
LONGEST_NAME = 80

MISSING = """There is no prepared table for
    {command}
and the command hbsim, which would make it, is not here.

What you can do:
  - Go back to the values that the notebook came with: for these, tables are prepared.
  - Or get hbsim, and change whatever you like. Install Rust (https://rustup.rs, five minutes), and then, in the
    folder above this one:
        cargo build --release
    Run this cell again: the command is found in target/release, on the PATH, or where the variable HBSIM says."""


class NotPrepared(Exception):
    """Neither the command nor a prepared table is there."""

    def _render_traceback_(self):
        """What Jupyter shows: the advice, without the way through the code."""
        return [str(self)]


class Refused(Exception):
    """The command says that something is wrong."""

    def _render_traceback_(self):
        return [str(self)]


class Tables:
    """What a command wrote: each CSV file is an attribute, such as `summary`, `detections` or `differences`."""

    def __init__(self, folder, name):
        self.folder = Path(folder)
        self.name = name
        self._read = {}

    def __getattr__(self, table):
        if table.startswith("_"):
            raise AttributeError(table)
        if table not in self._read:
            self._read[table] = tidy(pd.read_csv(self.file(f"{table}.csv")))
        return self._read[table].copy()

    def value(self, measure):
        """A measure of the first row of the summary."""
        return self.summary[measure].iloc[0]

    def interval(self, measure):
        """Its 95 % interval, as (low, high)."""
        return self.value(f"{measure}_low"), self.value(f"{measure}_high")

    def file(self, name):
        """Where one of the files is."""
        path = self.folder / name
        if not path.exists():
            raise NotPrepared(f"{name} is not among the tables in {self.folder}")
        if keep := os.environ.get("HBSIM_KEEP"):
            target = Path(keep) / self.name
            target.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, target / name)
        return path


def run(scenario, changes=None, *, nodes=None, replications=None):
    """Simulates a scenario with these changes, such as {"detector.timeout": "3s"}: `hbsim run`."""
    return tables("run", [scenario], options(changes, nodes, replications))


def sweep(scenario, values=None, changes=None, *, nodes=None, replications=None):
    """Simulates all combinations of these values, such as {"detector.timeout": "2s,3s,5s"}: `hbsim sweep`."""
    swept = [word for path, list_ in (values or {}).items() for word in ("--sweep", f"{path}={list_}")]
    return tables("sweep", [scenario], swept + options(changes, nodes, replications))


def compare(*scenarios, changes=None, nodes=None, replications=None):
    """Sets scenarios side by side, and tells how they differ from the first: `hbsim compare`."""
    return tables("compare", list(scenarios), options(changes, nodes, replications))


def tune(scenario, *, detect, mistakes, over, changes=None, nodes=None, replications=None):
    """Searches the settings that meet both goals at least traffic: `hbsim tune`."""
    goals = ["--detect", detect, "--mistakes", mistakes, "--over", over]
    return tables("tune", [scenario], goals + options(changes, nodes, replications))


def why(scenario, changes=None):
    """How the first mistake came about, event by event, as an object: `hbsim why --format json`."""
    path = tables("why", [scenario], options(changes) + ["--format", "json"], prints="why.json").file("why.json")
    return json.loads(path.read_text(encoding="utf-8"))


def explain(scenario, changes=None):
    """What theory says, a row for each claim: `hbsim explain --format json`."""
    told = tables("explain", [scenario], options(changes) + ["--format", "json"], prints="explain.json")
    return pd.DataFrame(json.loads(told.file("explain.json").read_text(encoding="utf-8"))["claims"])


def systems():
    """Real systems with their defaults, and what theory predicts of them: `hbsim list systems`."""
    told = tables("list", ["systems"], ["--format", "csv"], prints="systems.csv")
    return pd.read_csv(told.file("systems.csv"))


def about():
    """Says where the figures come from."""
    if found := command():
        version = subprocess.run([found, "--version"], capture_output=True, text=True, check=True).stdout.strip()
        print(f"The figures are simulated here and now, by {version}.")
    else:
        print("The figures are read from results/lessons. To change the values you need hbsim: see README.md here.")


def seconds(length):
    """A length of time in seconds.

    >>> seconds("250ms"), seconds("1.5s"), seconds("2m"), seconds("1h")
    (0.25, 1.5, 120.0, 3600.0)
    """
    units = {"us": 1e-6, "ms": 1e-3, "s": 1.0, "m": 60.0, "h": 3600.0}
    number, unit = re.fullmatch(r"([\d.]+)(us|ms|s|m|h)", length).groups()
    return float(number) * units[unit]


def tidy(table):
    """Names that can be typed, and lengths of time as numbers of seconds.

    >>> tidy(pd.DataFrame({"detector.timeout": ["500ms", "3s"], "network.loss": [0.1, 0.2]}))
       timeout_s  loss
    0        0.5   0.1
    1        3.0   0.2
    """
    for column in [column for column in table.columns if "." in column]:
        name = column.rsplit(".", 1)[1]
        if table[column].map(lambda value: bool(re.fullmatch(r"[\d.]+(us|ms|s|m|h)", str(value)))).all():
            table[column] = table[column].map(seconds)
            name += "_s"
        table = table.rename(columns={column: name})
    return table


def options(changes, nodes=None, replications=None):
    """The words of a command for these changes.

    >>> options({"detector": {"kind": "misses", "misses": 3}, "network.loss": 0.1}, nodes=50)
    ['--set', 'detector={kind="misses",misses=3}', '--set', 'network.loss=0.1', '--nodes', '50']
    """
    words = []
    for path, value in (changes or {}).items():
        words += ["--set", f"{path}={value if isinstance(value, str) else toml(value)}"]
    for option, value in (("--nodes", nodes), ("--replications", replications)):
        words += [option, str(value)] if value is not None else []
    return words


def toml(value):
    """A value as a scenario file has it.

    >>> toml({"at": ["1s", 2], "first": True})
    '{at=["1s",2],first=true}'
    """
    if isinstance(value, dict):
        return "{" + ",".join(f"{key}={toml(inner)}" for key, inner in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ",".join(toml(inner) for inner in value) + "]"
    return json.dumps(value)


def folder_name(words):
    """The name of the folder for a command: its words, as far as they can be in a name.

    >>> folder_name(["run", "first", "--set", "network.loss=0.1"])
    'run-first-set-network.loss-0.1'
    """
    name = re.sub(r"[^\w.]+", "-", " ".join(words)).strip("-")
    if len(name) <= LONGEST_NAME:
        return name
    return name[: LONGEST_NAME - 9].rstrip("-.") + "-" + sha256(" ".join(words).encode()).hexdigest()[:8]


@functools.cache
def command():
    """The command, or None if it is not here or not wanted."""
    if os.environ.get("HBSIM_FROM") == "results":
        return None
    built = HERE.parent / "target" / "release" / "hbsim"
    return os.environ.get("HBSIM") or shutil.which("hbsim") or (str(built) if built.exists() else None)


@functools.cache
def scratch():
    """A folder for the tables of this session. It goes when the session ends."""
    session = tempfile.TemporaryDirectory(prefix="hbsim-")
    return session, Path(os.environ.get("HBSIM_SCRATCH") or session.name)


def tables(subcommand, scenarios, more, prints=None):
    """What a command writes into a folder, or prints: simulated here, or prepared."""
    words = [subcommand, *scenarios, *more]
    name = folder_name(words)
    prepared = PREPARED / name
    place = f"results/lessons/{name}"
    told = f"hbsim {shlex.join(words)} " + (f"> {place}/{prints}" if prints else f"--out {place}")
    if not command():
        if not prepared.is_dir():
            raise NotPrepared(MISSING.format(command="hbsim " + shlex.join(words)))
        return Tables(prepared, name)
    made = scratch()[1] / name
    if not made.exists():
        simulate(words, made, prints)
    if keep := os.environ.get("HBSIM_KEEP"):
        kept = Path(keep) / name
        kept.mkdir(parents=True, exist_ok=True)
        (kept / "command.txt").write_text(told + "\n", encoding="utf-8")
    return Tables(made, name)


def simulate(words, folder, prints):
    """Runs the command."""
    if not prints:
        words = [*words, "--out", str(folder)]
    quiet = [] if words[0] == "list" else ["--quiet"]
    done = subprocess.run([command(), *words, *quiet], capture_output=True, stdin=subprocess.DEVNULL, check=False)
    # 1 says that a goal of the scenario was not met: the tables are there all the same.
    if done.returncode > 1:
        raise Refused(done.stderr.decode())
    if prints:
        folder.mkdir(parents=True)
        (folder / prints).write_bytes(done.stdout)
