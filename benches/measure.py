"""The measurements that benches/compare is made of: time, memory and instructions of a program in a fresh home."""

import datetime
import json
import os
import platform
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BENCH = ROOT / "target/bench"
# The homes are here: on a file system of its own, or in a folder.
DISK = BENCH / "disk"
HOME = DISK / "home"
AWSMFA = BENCH / "bin/awsmfa"
AWS_CLI_V1 = ROOT / "target/clients/venv/bin/aws"
ROUNDS, RUNS = 7, 10
# The STS server accepts any code, so this one is no secret.
CODE = "123456"


def variables(endpoint, bundle=None):
    """The whole environment of every program. Both variables name the bundle, so that every program finds it."""
    trust = {"AWS_CA_BUNDLE": str(bundle), "SSL_CERT_FILE": str(bundle)} if bundle else {}
    return trust | {
        "HOME": str(HOME), "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "TZ": "UTC", "AWS_ENDPOINT_URL": endpoint,
        "AWS_REGION": "eu-west-1", "AWS_DEFAULT_REGION": "eu-west-1", "AWS_EC2_METADATA_DISABLED": "true",
        "AWSMFA_TOKEN_CODE": CODE,
    }  # fmt: skip


def prepare(home):
    """Copies a fresh home to the place where the programs look for it."""
    subprocess.run(preparation(home), shell=True, check=True)


def preparation(home):
    return f"rm -rf {HOME} && cp -r {home} {HOME} && sync {HOME}/.aws/credentials"


def logged_in(home, command, environment):
    """A copy of the home after a login by this program: each program reads what it has written itself."""
    fresh = home.with_name(f"{home.name}-{Path(command[0]).name}")
    prepare(home)
    subprocess.run(command, env=environment, input=CODE + "\n", text=True, check=True, capture_output=True)
    shutil.rmtree(fresh, ignore_errors=True)
    shutil.copytree(HOME, fresh)
    return fresh


def timed(home, command, environment, runs, is_read_only=False):
    """The shortest wall time and the mean CPU time of so many runs, in ms."""
    (BENCH / "code").write_text(CODE + "\n")
    with tempfile.NamedTemporaryFile(dir=BENCH) as results:
        line = " ".join(map(str, command))
        if not is_native(command):
            # Some read the code from standard input. The shell no longer exists when the program starts.
            line = f"sh -c 'exec {line} < {BENCH}/code'"
        call = ["hyperfine", "-N", "--style=none", f"--runs={runs}"]
        # A program that changes nothing runs again and again, as at a shell prompt.
        prepare = "--setup" if is_read_only else "--prepare"
        call += [prepare, f"sh -c '{preparation(home)}'", "--export-json", results.name, line]
        subprocess.run(call, env=environment, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        found = json.load(results)["results"][0]
    return found["min"] * 1000, (found["user"] + found["system"]) * 1000


def rounds(environment, commands, is_read_only):
    """For each program, a list of wall and CPU times in ms, one for each round."""
    times = {name: [] for name in commands}
    # Each run that changes nothing takes a few tenths of a millisecond.
    native_runs = RUNS * 20 if is_read_only else RUNS
    for _ in range(1 + ROUNDS):
        for name, (home, command) in commands.items():
            runs = native_runs if is_native(command) else 2
            times[name].append(timed(home, command, environment, runs, is_read_only))
    # The first round is a warm-up.
    return {name: found[1:] for name, found in times.items()}


def is_native(command):
    return Path(shutil.which(command[0])).read_bytes()[:4] == b"\x7fELF"


def run_under(measure, home, command, environment):
    prepare(home)
    done = subprocess.run(
        [*measure, *command], env=environment, input=CODE + "\n", text=True, check=True, capture_output=True
    )
    return done.stderr


def memory(home, command, environment):
    """The peak memory in MiB."""
    said = run_under(["/usr/bin/time", "--format", "%M"], home, command, environment)
    return int(said.splitlines()[-1]) / 1024


def instructions(home, command, environment):
    """The number of instructions in millions, or none for Python programs, which take minutes in valgrind."""
    if not is_native(command):
        return None
    counts = BENCH / "counts"
    run_under(["valgrind", "--quiet", "--tool=callgrind", f"--callgrind-out-file={counts}"], home, command, environment)
    return int(re.search(r"^totals: (\d+)", counts.read_text(), re.M)[1]) / 1e6


def measured_on(on_ext4, programs):
    """The paragraph below a table: the date, the machine and the versions of these programs."""
    cpu = re.search(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text())
    system = re.search(r'PRETTY_NAME="(.*)"', Path("/etc/os-release").read_text())
    return (
        f"\nMeasured on {datetime.date.today()}: {cpu[1] if cpu else platform.machine()}, {os.cpu_count()} cores, "
        f"{system[1]}, {'ext4 in a file' if on_ext4 else 'its own disk'}; {', '.join(programs)}.\n"
    )


def version_of(program):
    """The version of a program, such as `aws-cli 2.32.0`."""
    shown = subprocess.run([program, "--version"], check=True, capture_output=True, text=True).stdout
    return re.match(r"([\w-]+)[ /]([\w.]+)", shown).expand(r"\1 \2")
