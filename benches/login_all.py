"""The part of benches/compare for `login --all`: any number of roles from one session, near to STS and far from it."""

import itertools
import statistics
import sys

from chart import chart
from measure import (
    AWS_CLI_V1, AWSMFA, BENCH, ROUNDS, RUNS, instructions, is_native, logged_in, measured_on, memory, timed, variables,
    version_of,
)  # fmt: skip

ROLES = [10, 100, 1_000]
# The delay in each direction, in ms, that examples/compare_server.rs adds.
ONE_WAY = 50
AWSUME = BENCH / "venv/bin/awsumepy"
AWSUME_VERSION = "4.5.4"
# The command that gets the session of one role; the name of its profile is added. It runs for one role after the other.
PEERS = {
    "AWS CLI v1": f"{AWS_CLI_V1} sts get-caller-identity --profile",
    "awsume": AWSUME,
}
# A peer that would take longer, in ms, for a number of roles is not measured with it.
LONGEST = 30_000
HEAD = ["| | program | wall ms | times awsmfa | CPU ms | peak MiB | million instructions |", "|---|---|--:|--:|--:|--:|--:|"]


class Server:
    """The running examples/compare_server.rs."""

    def __init__(self, process):
        self.process = process
        self.http, self.tls, self.far = process.stdout.readline().split()

    def traffic(self):
        """The number of connections so far, and the largest number of requests at the same time."""
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        connections, peak = map(int, self.process.stdout.readline().split())
        return connections, peak


class Found:
    """The numbers of all rows. Each key is the name of a program, the delay in ms and the number of roles."""

    def __init__(self):
        self.walls, self.counts, self.connections = {}, {}, {}

    def line(self, name, one_way):
        """The numbers of roles and the seconds of a program, for the chart."""
        return [(roles, wall / 1000) for (of, delay, roles), wall in self.walls.items() if (of, delay) == (name, one_way)]


def report(server, up_to, on_ext4):
    """The table with the lines below it, and the chart."""
    numbers = [roles for roles in ROLES if roles <= up_to]
    lines, found = list(HEAD), Found()
    for one_way, roles in itertools.product([0, ONE_WAY], numbers):
        for line in rows(server, one_way, roles, found):
            print(line, file=sys.stderr)
            lines.append(line)
    lines += ["", *growth(numbers, found), *round_trips(numbers, found)]
    lines.append(f"- The largest number of requests that the server had to answer at the same time was {server.traffic()[1]}.")
    programs = [version_of(AWS_CLI_V1), f"awsume {AWSUME_VERSION}"]
    return "\n".join([*lines, measured_on(on_ext4, programs)]), drawn(found)


def rows(server, one_way, roles, found):
    """The rows of the table for this delay and so many roles."""
    bundle, home = BENCH / "ca.pem", BENCH / f"roles-{roles}"
    environment = variables(server.far if one_way else server.tls, bundle)
    commands = {"awsmfa": (home, [AWSMFA, "login", "--all"])}
    # The others start with the session of the user.
    session = logged_in(home, [AWSMFA, "login", "work"], variables(server.tls, bundle))
    for name, peer in PEERS.items():
        fewer = found.walls.get((name, one_way, roles // 10))
        if roles == ROLES[0] or fewer and fewer * 10 <= LONGEST:
            commands[name] = (session, one_by_one(peer, roles))
    times = measure(environment, commands)
    title = f"{roles:,} roles, {one_way} ms each way" if one_way else f"{roles:,} roles"
    for name in ["awsmfa", *PEERS]:
        if name not in commands:
            yield f"| {title} | {name} |  |  |  |  |  |"
            continue
        wall, cpu = (statistics.median(column) for column in zip(*times[name]))
        ratio = statistics.median(other[0] / own[0] for own, other in zip(times["awsmfa"], times[name]))
        before, _ = server.traffic()
        peak = memory(*commands[name], environment)
        key = name, one_way, roles
        found.walls[key], found.connections[key] = wall, server.traffic()[0] - before
        # Waiting takes none.
        counted = None if one_way else instructions(*commands[name], environment)
        found.counts[key] = counted
        shown = "" if counted is None else f"{counted:,.2f}"
        yield f"| {title} | {name} | {wall:,.2f} | {ratio:.2f} | {cpu:,.2f} | {peak:.1f} | {shown} |"


def one_by_one(peer, roles):
    """A script that runs this command for each role."""
    script = BENCH / f"{list(PEERS.values()).index(peer)}-one-by-one-{roles}"
    script.write_text(f"#!/bin/sh\nset -e\nfor number in $(seq {roles}); do\n  {peer} role-$number >/dev/null 2>&1\ndone\n")
    script.chmod(0o755)
    return [script]


def measure(environment, commands):
    """For each program, a list of wall and CPU times in ms, one for each round: the slower it is, the fewer."""
    warm_up = {name: timed(home, command, environment, 1)[0] for name, (home, command) in commands.items()}
    times = {name: [] for name in commands}
    for _ in range(ROUNDS if max(warm_up.values()) < 1000 else 3):
        for name, (home, command) in commands.items():
            if times[name] and warm_up[name] > 10_000:
                continue
            most = RUNS if is_native(command) else 2
            times[name].append(timed(home, command, environment, max(1, min(most, int(1000 / warm_up[name])))))
    return times


def growth(numbers, found):
    """For each cost of awsmfa, its growth with the number of roles."""
    for what, one_way, column in [("instructions", 0, found.counts), ("time", 0, found.walls), ("time", ONE_WAY, found.walls)]:
        costs = [column["awsmfa", one_way, roles] for roles in numbers]
        factors = [f"{after / before:.1f}" for before, after in itertools.pairwise(costs)]
        if factors:
            where = f"behind {one_way} ms each way" if one_way else "without delay"
            yield f"- {what}, {where}: ten times the roles take {' and then '.join(factors)} times as much."


def round_trips(numbers, found):
    """For each number of roles, the round trips and connections of a login behind the delay."""
    for roles in numbers:
        key = "awsmfa", ONE_WAY, roles
        trips = found.walls[key] / (2 * ONE_WAY)
        opened = found.connections[key]
        connections = f"{opened} connection{'' if opened == 1 else 's'}"
        yield f"- {roles:,} roles behind {ONE_WAY} ms each way: {trips:.1f} round trips of {2 * ONE_WAY} ms, {connections}."


def drawn(found):
    lines = []
    for color, name in enumerate(["awsmfa", *PEERS]):
        for one_way in [0, ONE_WAY]:
            title = f"{name}, {one_way} ms each way" if one_way else name
            lines.append((title, color, bool(one_way), found.line(name, one_way)))
    title = "The time for the sessions of 10, 100 and 1,000 roles, without delay and behind 50 ms each way"
    description = (
        "Lines of awsmfa, the AWS CLI v1 and awsume, on logarithmic axes of roles and seconds. The lines of awsmfa are lowest; "
        "the other programs have points for 10 roles alone."
    )
    return chart(title, description, "roles", "seconds", [line for line in lines if line[-1]])
