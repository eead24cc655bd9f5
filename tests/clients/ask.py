"""Asks an AWS client that is written in Python, once for each line of standard input.

Usage: ask.py aws | awscrt | boto3 | opendal | s3cmd

A line is {"variables": {...}, "arguments": [...]}; the answer is a line of JSON, as of the other ask programs. Each
question is answered by a process of its own, forked off with the client already imported: no question sees what another
one left behind, and none waits for Python to start.
"""

import contextlib
import io
import json
import os
import re
import signal
import sys
import tempfile
import time

TIME_LIMIT = 60  # seconds

NO_ANSWER = {"error": "it ended without an answer"}

# The AWS CLI sets it for itself when it is imported.
KEPT_VARIABLES = ["AWS_DATA_PATH"]


def aws(arguments):
    """The AWS CLI, v1 or v2: whichever this Python has."""
    import awscli.clidriver

    sys.argv = ["aws", *arguments]
    return run(lambda: awscli.clidriver.create_clidriver().main(arguments))


def s3cmd(arguments):
    import runpy

    import S3.Config

    def no_role(_):
        raise IOError("no instance metadata")  # no option turns the look at it off

    S3.Config.Config.role_config = no_role
    sys.argv = ["s3cmd", *arguments]
    return run(lambda: runpy.run_path("/usr/bin/s3cmd", run_name="__main__"))


def run(program):
    """What a client that only signs requests complains of."""
    said = io.StringIO()
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
        try:
            program()
        except SystemExit:
            pass
    return {"error": said.getvalue()}


def boto3(_):
    import boto3

    credentials = boto3.Session().get_credentials()
    if credentials is None:
        return {"error": "no credentials"}
    return keys(*credentials.get_frozen_credentials()[:3])


def awscrt(_):
    """The C runtime. Its role provider insists on TLS, so whose key it signs with is seen in its log alone."""
    import awscrt.auth
    import awscrt.io

    awscrt.io.init_logging(awscrt.io.LogLevel.Debug, "stderr")
    group = awscrt.io.EventLoopGroup(1)
    bootstrap = awscrt.io.ClientBootstrap(group, awscrt.io.DefaultHostResolver(group))
    provider = awscrt.auth.AwsCredentialsProvider.new_default_chain(bootstrap)
    try:
        found = provider.get_credentials().result(timeout=10)
    except Exception:
        time.sleep(0.1)  # another thread writes the log
        raise
    return keys(found.access_key_id, found.secret_access_key, found.session_token)


def opendal(arguments):
    import opendal

    return {"error": str(list(opendal.Operator("s3", bucket="b", endpoint=arguments[0], region="us-east-1").list("x/")))}


def keys(access_key_id, secret_access_key, session_token):
    return {"access_key_id": access_key_id, "secret_access_key": secret_access_key, "session_token": session_token}


def answer_in_a_process_of_its_own(client, question):
    reader, writer = os.pipe()
    with tempfile.TemporaryFile() as log:
        child = os.fork()
        if child == 0:
            signal.alarm(TIME_LIMIT)
            os.dup2(log.fileno(), 2)
            kept = {name: os.environ[name] for name in KEPT_VARIABLES if name in os.environ}
            os.environ.clear()
            os.environ.update(question["variables"], **kept)
            try:
                answer = client(question["arguments"])
            except BaseException as error:
                answer = {"error": f"{type(error).__name__}: {error}"}
            os.write(writer, json.dumps(answer).encode()[:60_000])
            os._exit(0)
        os.close(writer)
        with os.fdopen(reader, "rb") as pipe:
            answer = json.loads(pipe.read() or json.dumps(NO_ANSWER))
        os.waitpid(child, 0)
        log.seek(0)
        signed = re.findall(rb"Credential=([^/\s]+)/\d{8}/[^/]+/sts/aws4_request", log.read())
    if signed:
        answer["assumes_a_role_with"] = signed[-1].decode()
    return answer


def import_once(name):
    """What a question would otherwise import anew."""
    if name == "aws":
        import awscli.clidriver  # noqa: F401
        import awscli.customizations.commands  # noqa: F401
        import botocore.session  # noqa: F401
    elif name == "s3cmd":
        sys.path.insert(0, "/usr/lib/python3/dist-packages")
        import S3.Config  # noqa: F401
        import S3.S3  # noqa: F401
    else:
        __import__(name)
        if name == "awscrt":
            import awscrt.auth  # noqa: F401


if __name__ == "__main__":
    name = sys.argv[1]
    import_once(name)
    client = {"aws": aws, "awscrt": awscrt, "boto3": boto3, "opendal": opendal, "s3cmd": s3cmd}[name]
    for line in sys.stdin:
        answer = NO_ANSWER
        # The C runtime aborts when it cannot reach STS by TLS, sometimes before its log is written.
        for _ in range(10 if name == "awscrt" else 1):
            if answer == NO_ANSWER:
                answer = answer_in_a_process_of_its_own(client, json.loads(line))
        print(json.dumps(answer), flush=True)
