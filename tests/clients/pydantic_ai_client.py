"""pydantic-ai."""

import asyncio
from importlib.metadata import version

from pydantic import BaseModel
from pydantic_ai import Agent
from pydantic_ai.models.bedrock import BedrockConverseModel
from pydantic_ai.providers.bedrock import BedrockProvider

from common import GREETING, MISSING, MODEL, PERSON, QUESTION, URL, check, fails_with_not_found, report


def model(name=MODEL):
    return BedrockConverseModel(name, provider=BedrockProvider(region_name="us-east-1", base_url=URL))


class Person(BaseModel):
    """A person."""

    name: str
    age: int


def text():
    answer = Agent(model()).run_sync(GREETING).output
    check(GREETING in answer, answer)


def stream():
    async def run():
        async with Agent(model()).run_stream(GREETING) as result:
            return "".join([part async for part in result.stream_text(delta=True)])

    answer = asyncio.run(run())
    check(GREETING in answer, answer)


def tool_loop():
    agent = Agent(model())
    cities = []

    @agent.tool_plain
    def get_weather(city: str) -> str:
        """Returns the weather in a city."""
        cities.append(city)
        return "21 °C and sunny"

    answer = agent.run_sync(QUESTION).output
    check("sunny" in answer and cities == ["Lisbon"], (answer, cities))


def structured():
    person = Agent(model(), output_type=Person).run_sync(PERSON).output
    check(person == Person(name="Ada Lovelace", age=36), person)


report("pydantic-ai", version("pydantic-ai-slim"), {
    "text": text, "stream": stream, "tool loop": tool_loop, "structured output": structured,
    "errors": lambda: fails_with_not_found(lambda: Agent(model(MISSING)).run_sync(GREETING)),
})
