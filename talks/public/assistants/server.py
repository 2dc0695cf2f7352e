"""The tools as a server of the Model Context Protocol: of one request (`respond`), or of a program's pipes (`serve`).

The package `mcp` speaks the protocol. It is asynchronous and the record is not: what reads the record runs in the
thread that asks, as a page does.
"""

import logging
from collections.abc import Callable
from typing import Any

import anyio
from asgiref.sync import async_to_sync, sync_to_async
from django.conf import settings
from django.db import close_old_connections
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext, override
from mcp.server.lowlevel import Server
from mcp.server.stdio import stdio_server
from mcp.server.streamable_http_manager import StreamableHTTPSessionManager
from mcp.server.transport_security import TransportSecuritySettings
from mcp.shared.exceptions import MCPError
from mcp_types import (
    INVALID_PARAMS,
    CallToolRequestParams,
    CallToolResult,
    ListToolsResult,
    PaginatedRequestParams,
    TextContent,
    Tool,
    ToolAnnotations,
)

from talks.data.shapes import plain
from talks.outage import RETRY, outage_of
from talks.public import openapi
from talks.public.assistants import MOST
from talks.public.assistants.answers import text
from talks.public.assistants.tools import TOOLS, MistakeError, schema_of_answers
from talks.words import site

LONGEST = 30  # seconds for one, as the database has
GUIDE = (
    "{name}: {description} Every fact comes with the articles and paragraphs that report it: name them, with their "
    "addresses, for whatever you say. Where sources differ, say so and give each version; pick no side. The value that "
    "stands first is the one the record’s rules accept. Give a day as as_of to answer what was known then. What no "
    "tool gives is not in the record: say that, and do not fill it in."
)
log = logging.getLogger(__name__)


def server(origin: str, answered: Callable[..., CallToolResult]) -> Server[Any]:
    """A server whose answers lead to pages at addresses that start with `origin`; `answered` gives them."""

    async def tools(_context: Any, _params: PaginatedRequestParams | None) -> ListToolsResult:
        return ListToolsResult(tools=described())

    async def call(_context: Any, params: CallToolRequestParams) -> CallToolResult:
        if params.name not in TOOLS:
            raise MCPError(INVALID_PARAMS, f"There is no tool {params.name!r}; there are {', '.join(TOOLS)}.")
        return await sync_to_async(answered, thread_sensitive=True)(params.name, params.arguments or {}, origin)

    name, description = str(site.name()), str(site.description())
    return Server(
        name,
        version=openapi.VERSION,
        instructions=GUIDE.format(name=name, description=description),
        website_url=f"{origin}/",
        on_list_tools=tools,
        on_call_tool=call,
    )


def described() -> list[Tool]:
    """All tools, as clients list them."""
    only_reads = ToolAnnotations(read_only_hint=True, idempotent_hint=True, open_world_hint=False)
    return [
        Tool(
            name=tool.name,
            title=tool.title,
            description=tool.told,
            input_schema=tool.arguments,
            output_schema=schema_of_answers(),
            annotations=only_reads,
        )
        for tool in TOOLS.values()
    ]


def answer(name: str, arguments: dict[str, Any], origin: str) -> CallToolResult:
    """What a tool answers; mistakes in sentences, so that whoever asks can ask again."""
    try:
        found = TOOLS[name].ask(arguments, origin)
    except MistakeError as mistake:
        return _failed(str(mistake))
    except Exception as error:
        log.exception("An assistant’s question to %s failed", name)
        outage = outage_of(error)
        if outage is None:
            return _failed(gettext("Something went wrong here; the error is noted."))
        told = gettext("The record cannot be read at the moment; ask again in %(seconds)s seconds.")
        return _failed(told % {"seconds": RETRY[outage]})
    return CallToolResult(content=[TextContent(text=text(found))], structured_content=plain(found))


def _failed(told: str) -> CallToolResult:
    return CallToolResult(content=[TextContent(text=told)], is_error=True)


def respond(request: HttpRequest) -> HttpResponse:
    """The answer to one request over HTTP: without a session, and as one piece of JSON."""
    origin = request.build_absolute_uri("/").rstrip("/")  # whose host Django has looked at
    return async_to_sync(_respond)(request, request.body, origin)


async def _respond(request: HttpRequest, content: bytes, origin: str) -> HttpResponse:
    allowed = TransportSecuritySettings(allowed_hosts=[request.get_host()], allowed_origins=[origin])
    manager = StreamableHTTPSessionManager(
        server(origin, answer),
        json_response=True,
        stateless=True,
        security_settings=allowed,
        max_request_body_size=MOST,
    )
    body = [{"type": "http.request", "body": content, "more_body": False}]
    sent: list[Any] = []

    async def receive() -> Any:
        if not body:
            await anyio.sleep_forever()  # nobody tells us that the client has gone
        return body.pop()

    async def send(message: Any) -> None:
        sent.append(message)

    with anyio.move_on_after(LONGEST):
        async with manager.run():
            await manager.handle_request(_scope(request), receive, send)
    if not sent:
        return HttpResponse(status=503, headers={"Retry-After": str(LONGEST)})
    response = HttpResponse(b"".join(one.get("body", b"") for one in sent), status=sent[0]["status"])
    del response["Content-Type"]
    for name, value in sent[0]["headers"]:
        response[name.decode("latin-1")] = value.decode("latin-1")
    return response


def _scope(request: HttpRequest) -> dict[str, Any]:
    """The request as ASGI tells it. The package reads its headers; the host is the one that Django has allowed."""
    headers = {name.lower(): value for name, value in request.headers.items()} | {"host": request.get_host()}
    return {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": request.method,
        "scheme": request.scheme,
        "path": request.path,
        "raw_path": request.path.encode(),
        "query_string": b"",
        "root_path": "",
        "headers": [(name.encode(), value.encode("latin-1", "replace")) for name, value in headers.items()],
        "client": None,
        "server": None,
    }


def serve(origin: str, language: str = settings.LANGUAGE_CODE) -> None:
    """Answer the program that holds this one’s pipes, until it closes them."""
    anyio.run(_serve, origin, language)


async def _serve(origin: str, language: str) -> None:
    with override(language):
        asked = server(origin, _later)
        async with stdio_server() as (read, write):
            await asked.run(read, write, asked.create_initialization_options())


def _later(name: str, arguments: dict[str, Any], origin: str) -> CallToolResult:
    """The same from a program that may have waited so long that its database has closed the connection."""
    close_old_connections()
    return answer(name, arguments, origin)
