"""Runs the clients of other projects against the emulator, and writes the table of docs/emulator.md.

    cargo build -p outcrop-cli
    python3 tests/clients/run.py --environments ~/emulator-clients --install

The packages are installed in virtual environments and a node_modules folder in --environments, which must be outside of
the repository. Without --install they must be there. Clients that are not there are left out of the table.
"""

import argparse
import datetime
import json
import os
import pathlib
import subprocess
import sys

HERE = pathlib.Path(__file__).parent
REPOSITORY = HERE.parent.parent
DOCUMENT = REPOSITORY / "docs" / "emulator.md"
CASES = ["text", "stream", "tool loop", "structured output", "errors"]

# The environment of each script, and its packages.
PYTHON = {
    "boto3_client.py": ("langchain", []),
    "aws_cli_client.py": ("langchain", []),
    "langchain_client.py": ("langchain", ["langchain-aws", "langchain-tests", "pytest", "awscli"]),
    "litellm_client.py": ("litellm", ["litellm", "boto3"]),
    "pydantic_ai_client.py": ("pydantic-ai", ["pydantic-ai-slim[bedrock]"]),
    "strands_client.py": ("strands", ["strands-agents"]),
    "ag2_client.py": ("ag2-0.14", ["ag2[bedrock]==0.14.0"]),
    "ag2_beta_client.py": ("ag2", ["ag2[bedrock]>=1.2"]),
}
NODE = ["javascript_client.mjs", "vercel_client.mjs"]
NODE_PACKAGES = ["@aws-sdk/client-bedrock-runtime", "@ai-sdk/amazon-bedrock", "ai", "zod"]


def install(environments):
    for environment, packages in PYTHON.values():
        if packages:
            folder = environments / environment
            subprocess.run([sys.executable, "-m", "venv", folder], check=True)
            subprocess.run([folder / "bin" / "pip", "install", "--quiet", *packages], check=True)
    folder = environments / "js"
    folder.mkdir(exist_ok=True)
    subprocess.run(["npm", "install", "--silent", "--prefix", folder, *NODE_PACKAGES], check=True)


def commands(environments):
    for script, (environment, _) in PYTHON.items():
        yield environments / environment / "bin" / "python", ["-B", HERE / script], {}
    modules = environments / "js" / "node_modules"
    for script in NODE:
        yield ("node" if modules.exists() else modules), [HERE / script], {"NODE_PATH": str(modules)}


def run(program, arguments, variables, url):
    if isinstance(program, pathlib.Path) and not program.exists():
        print(f"skipped: {arguments[-1].name} ({program} does not exist)", file=sys.stderr)
        return None
    print(f"running: {arguments[-1].name}", file=sys.stderr)
    environment = {**os.environ, **variables}
    try:
        outcome = subprocess.run([program, *arguments, url], env=environment, capture_output=True, text=True, timeout=300)
    except subprocess.TimeoutExpired:
        return {"client": arguments[-1].name, "outcomes": {case: "no: it did not end" for case in CASES}}
    lines = [line for line in outcome.stdout.splitlines() if line.startswith('{"client"')]
    if not lines:
        print(outcome.stderr, file=sys.stderr)
        return {"client": arguments[-1].name, "outcomes": {case: "no: it did not start" for case in CASES}}
    return json.loads(lines[-1])


def table(results):
    rows = [f"| client | {' | '.join(CASES)} |", "|---" * (len(CASES) + 1) + "|"]
    for result in results:
        cells = [result["outcomes"].get(case, "–").split(":")[0] for case in CASES]
        rows.append(f"| {result['client']} | {' | '.join(cells)} |")
    return "\n".join(rows)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--environments", type=pathlib.Path, required=True)
    parser.add_argument("--outcrop", type=pathlib.Path, default=REPOSITORY / "target" / "debug" / "outcrop")
    parser.add_argument("--install", action="store_true")
    arguments = parser.parse_args()
    environments = arguments.environments.resolve()
    if REPOSITORY.resolve() in environments.parents:
        parser.error("--environments must be outside of the repository")
    environments.mkdir(parents=True, exist_ok=True)
    if arguments.install:
        install(environments)

    emulator = subprocess.Popen([arguments.outcrop, "emulate"], stdout=subprocess.PIPE, text=True)
    try:
        url = emulator.stdout.readline().split()[-1]
        results = [run(*command, url) for command in commands(environments)]
    finally:
        emulator.terminate()
    results = [result for result in results if result]
    for result in results:
        for case, outcome in result["outcomes"].items():
            if outcome != "yes":
                print(f"{result['client']}: {case}: {outcome}", file=sys.stderr)

    before, rest = DOCUMENT.read_text().split("<!-- clients -->\n")
    _, after = rest.split("<!-- /clients -->")
    content = f"As of {datetime.date.today().isoformat()}:\n\n{table(results)}\n"
    DOCUMENT.write_text(f"{before}<!-- clients -->\n{content}<!-- /clients -->{after}")


if __name__ == "__main__":
    main()
