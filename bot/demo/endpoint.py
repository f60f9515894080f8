"""A language model's provider on this machine, for the demo: one address works, one answers 502 for ever."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web

from bot.demo.gullible import GullibleModel
from bot.models.base import Prompt, PromptMessage


@asynccontextmanager
async def provider() -> AsyncIterator[str]:
    """Its address; `/broken/v1` and `/works/v1` below it are OpenAI-compatible base URLs."""
    app = web.Application()
    app.router.add_post("/broken/v1/{rest:.*}", _broken)
    app.router.add_post("/works/v1/chat/completions", _chat)
    runner = web.AppRunner(app)
    await runner.setup()
    try:
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        host, port = runner.addresses[0][:2]
        yield f"http://{host}:{port}"
    finally:
        await runner.cleanup()


async def _broken(request: web.Request) -> web.Response:
    return web.Response(status=502, text="<html><h1>502 Bad Gateway</h1></html>", content_type="text/html")


async def _chat(request: web.Request) -> web.StreamResponse:
    """Streaming Chat Completions, as far as the demo needs them."""
    asked = await request.json()
    messages = tuple(PromptMessage(each["role"], each["content"]) for each in asked["messages"])
    text = GullibleModel().reply(Prompt(messages))
    response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
    await response.prepare(request)
    for delta, finish in (({"role": "assistant", "content": text}, None), ({}, "stop")):
        chunk = {
            "id": "demo", "object": "chat.completion.chunk", "created": 0, "model": asked["model"],
            "choices": [{"index": 0, "delta": delta, "finish_reason": finish}],
        }  # fmt: skip
        await response.write(f"data: {json.dumps(chunk)}\n\n".encode())
    await response.write(b"data: [DONE]\n\n")
    return response
