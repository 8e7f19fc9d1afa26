"""LangChain's ChatBedrockConverse."""

from importlib.metadata import version

from langchain_aws import ChatBedrockConverse
from langchain_core.messages import HumanMessage, ToolMessage
from langchain_core.tools import tool
from pydantic import BaseModel

from common import GREETING, MISSING, MODEL, PERSON, QUESTION, URL, check, fails_with_not_found, report


def chat(model=MODEL):
    return ChatBedrockConverse(model=model, endpoint_url=URL, region_name="us-east-1")


@tool
def get_weather(city: str) -> str:
    """Returns the weather in a city."""
    return f"21 °C and sunny in {city}"


class Person(BaseModel):
    """A person."""

    name: str
    age: int


def content(message):
    return message.text() if callable(message.text) else message.text


def text():
    answer = content(chat().invoke(GREETING))
    check(GREETING in answer, answer)


def stream():
    answer = "".join(content(chunk) for chunk in chat().stream(GREETING))
    check(GREETING in answer, answer)


def tool_loop():
    model = chat().bind_tools([get_weather])
    messages = [HumanMessage(QUESTION)]
    first = model.invoke(messages)
    [call] = first.tool_calls
    check(call["args"] == {"city": "Lisbon"}, call)
    messages += [first, ToolMessage(get_weather.invoke(call["args"]), tool_call_id=call["id"])]
    answer = content(model.invoke(messages))
    check("sunny" in answer, answer)


def structured():
    person = chat().with_structured_output(Person).invoke(PERSON)
    check(person == Person(name="Ada Lovelace", age=36), person)


report("LangChain", f"(langchain-aws {version('langchain-aws')})", {
    "text": text, "stream": stream, "tool loop": tool_loop, "structured output": structured,
    "errors": lambda: fails_with_not_found(lambda: chat(MISSING).invoke(GREETING)),
})
