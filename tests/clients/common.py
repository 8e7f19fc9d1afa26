"""What the scripts of the clients share: the model, the cases and the report."""

import json
import os
import sys
import traceback

# Any credentials are accepted. Real ones must not be used by accident.
os.environ.update(
    AWS_ACCESS_KEY_ID="any",
    AWS_SECRET_ACCESS_KEY="any",
    AWS_REGION="us-east-1",
    AWS_DEFAULT_REGION="us-east-1",
    AWS_MAX_ATTEMPTS="1",
)
os.environ.pop("AWS_PROFILE", None)
os.environ.pop("AWS_BEARER_TOKEN_BEDROCK", None)

URL = sys.argv[1]
MODEL = "us.anthropic.claude-sonnet-4-5-20250929-v1:0"
MISSING = "anthropic.nonexistent-v1:0"
GREETING = "Good morning"
QUESTION = "What is the weather in Lisbon?"
PERSON = "Ada Lovelace is 36 years old."


def check(condition, detail):
    """Fails with a detail unless the condition holds."""
    if not condition:
        raise AssertionError(f"unexpected: {detail!r}")


def fails_with_not_found(call):
    """Checks that a call raises an error with the text of AWS."""
    try:
        result = call()
    except Exception as error:  # Each client has its own exceptions.
        text = f"{type(error).__name__}: {error} {error.__cause__ or ''}"
        check("Could not resolve the foundation model" in text or "ResourceNotFound" in text, text)
    else:
        raise AssertionError(f"no error, but {result!r}")


def report(name, version, cases):
    """Runs the cases and prints a line of JSON with their outcomes."""
    outcomes = {}
    for case, run in cases.items():
        try:
            run()
            outcomes[case] = "yes"
        except Exception as error:
            outcomes[case] = f"no: {type(error).__name__}: {error}"
            traceback.print_exc()
    print(json.dumps({"client": f"{name} {version}", "outcomes": outcomes}))
