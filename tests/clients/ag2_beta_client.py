"""AG2 since version 1, with its own client on aiobotocore."""

import asyncio
from importlib.metadata import version

from ag2 import Agent
from ag2.config import BedrockConfig
from pydantic import BaseModel

from common import GREETING, MISSING, MODEL, PERSON, QUESTION, URL, check, fails_with_not_found, report


def agent(model=MODEL, streaming=False, **options):
    config = BedrockConfig(model=model, region_name="us-east-1", endpoint_url=URL, streaming=streaming, max_retries=0)
    return Agent("assistant", config=config, **options)


class Person(BaseModel):
    """A person."""

    name: str
    age: int


def ask(agent, text):
    async def run():
        reply = await agent.ask(text)
        return reply.body, await reply.content()

    return asyncio.run(run())


def text():
    answer, _ = ask(agent(), GREETING)
    check(GREETING in answer, answer)


def stream():
    answer, _ = ask(agent(streaming=True), GREETING)
    check(GREETING in answer, answer)


def tool_loop():
    cities = []

    def get_weather(city: str) -> str:
        """Returns the weather in a city."""
        cities.append(city)
        return "21 °C and sunny"

    answer, _ = ask(agent(tools=[get_weather]), QUESTION)
    check("sunny" in answer and cities == ["Lisbon"], (answer, cities))


def structured():
    _, person = ask(agent(response_schema=Person), PERSON)
    check(person == Person(name="Ada Lovelace", age=36), person)


report("AG2", version("ag2"), {
    "text": text, "stream": stream, "tool loop": tool_loop, "structured output": structured,
    "errors": lambda: fails_with_not_found(lambda: ask(agent(MISSING), GREETING)),
})
