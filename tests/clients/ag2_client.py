"""AG2 before version 1, with its client on boto3. It has no stream and no setting for the address."""

import os
from importlib.metadata import version

from common import GREETING, MISSING, MODEL, PERSON, QUESTION, URL, check, fails_with_not_found, report

os.environ["AWS_ENDPOINT_URL_BEDROCK_RUNTIME"] = URL

from autogen import ConversableAgent, LLMConfig
from pydantic import BaseModel


def agent(model=MODEL, **options):
    config = LLMConfig({"api_type": "bedrock", "model": model, "aws_region": "us-east-1", "total_max_attempts": 1, **options})
    return ConversableAgent("assistant", llm_config=config, human_input_mode="NEVER")


class Person(BaseModel):
    """A person."""

    name: str
    age: int


def text():
    answer = str(agent().generate_reply([{"role": "user", "content": GREETING}]))
    check(GREETING in answer, answer)


def tool_loop():
    cities = []
    assistant = agent()
    user = ConversableAgent("user", llm_config=False, human_input_mode="NEVER")

    @user.register_for_execution()
    @assistant.register_for_llm(name="get_weather", description="The weather in a city")
    def get_weather(city: str) -> str:
        cities.append(city)
        return "21 °C and sunny"

    result = user.initiate_chat(assistant, message=QUESTION, max_turns=2, silent=True)
    check("sunny" in str(result.chat_history[-1]["content"]) and cities == ["Lisbon"], (result.chat_history, cities))


def structured():
    answer = agent(response_format=Person).generate_reply([{"role": "user", "content": PERSON}])
    content = answer if isinstance(answer, str) else answer["content"]
    check(Person.model_validate_json(content) == Person(name="Ada Lovelace", age=36), answer)


report("AG2", version("ag2"), {
    "text": text, "tool loop": tool_loop, "structured output": structured,
    "errors": lambda: fails_with_not_found(
        lambda: agent(MISSING).generate_reply([{"role": "user", "content": GREETING}])),
})
