"""LangChain's standard tests of chat models against the emulator at OUTCROP_URL, by default http://127.0.0.1:8080.

Pictures and documents that the tests download are replaced by small ones, so that they need no network.
"""

import base64
import os

import httpx
import pytest
from langchain_aws import ChatBedrockConverse
from langchain_tests.integration_tests import ChatModelIntegrationTests

os.environ.update(AWS_ACCESS_KEY_ID="any", AWS_SECRET_ACCESS_KEY="any", AWS_REGION="us-east-1")
os.environ.pop("AWS_PROFILE", None)

PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
PDF = b"%PDF-1.4\n%%EOF"


@pytest.fixture(autouse=True)
def offline(monkeypatch):
    def get(url, **_):
        return httpx.Response(200, content=PDF if "pdf" in url else PNG)

    monkeypatch.setattr(httpx, "get", get)


class TestEmulator(ChatModelIntegrationTests):
    """The tests, with everything that Claude supports."""

    supports_image_inputs = True
    supports_image_tool_message = True
    supports_pdf_inputs = True
    supports_pdf_tool_message = True
    supports_anthropic_inputs = True

    @property
    def chat_model_class(self):
        return ChatBedrockConverse

    @property
    def chat_model_params(self):
        return {
            "model": "us.anthropic.claude-sonnet-4-5-20250929-v1:0",
            "endpoint_url": os.environ.get("OUTCROP_URL", "http://127.0.0.1:8080"),
            "region_name": "us-east-1",
        }
