"""Strands Agents."""

import asyncio
from importlib.metadata import version

from pydantic import BaseModel
from strands import Agent, tool
from strands.models import BedrockModel

from common import GREETING, MISSING, MODEL, PERSON, QUESTION, URL, check, fails_with_not_found, report


def agent(model=MODEL, streaming=True, **options):
    bedrock = BedrockModel(model_id=model, endpoint_url=URL, region_name="us-east-1", streaming=streaming)
    return Agent(model=bedrock, callback_handler=None, **options)


class Person(BaseModel):
    """A person."""

    name: str
    age: int


def text():
    answer = str(agent(streaming=False)(GREETING))
    check(GREETING in answer, answer)


def stream():
    async def run():
        return "".join([event["data"] async for event in agent().stream_async(GREETING) if "data" in event])

    answer = asyncio.run(run())
    check(GREETING in answer, answer)


def tool_loop():
    cities = []

    @tool
    def get_weather(city: str) -> str:
        """Returns the weather in a city.

        Args:
            city: The city
        """
        cities.append(city)
        return "21 °C and sunny"

    answer = str(agent(tools=[get_weather])(QUESTION))
    check("sunny" in answer and cities == ["Lisbon"], (answer, cities))


def structured():
    person = agent()(PERSON, structured_output_model=Person).structured_output
    check(person == Person(name="Ada Lovelace", age=36), person)


report("Strands Agents", version("strands-agents"), {
    "text": text, "stream": stream, "tool loop": tool_loop, "structured output": structured,
    "errors": lambda: fails_with_not_found(lambda: agent(MISSING)(GREETING)),
})
