import pytest

from aicall_cli.errors import ConnectError, UsageError
from aicall_cli.http_server import HttpServer, body_of, check_header
from aicall_cli.secret import Secret
from tests.support.http_stub import Answer, http_stub, in_pieces, reply

real_time = pytest.mark.real_time


def at(url: str) -> HttpServer:
    return HttpServer(url, ConnectError, described="URL of a thing", example="such as http://thing")


async def ask(server: HttpServer, seconds: float = 5.0) -> tuple[int, bytes]:
    async with (
        server.client(None, 5.0) as client,
        server.post(client, "thing", seconds=seconds, late="by noon", json={}) as response,
    ):
        return response.status_code, await body_of(response, 1000, seconds)


async def refused(answer: Answer, seconds: float = 5.0) -> ConnectError:
    async with http_stub(answer) as stub:
        with pytest.raises(ConnectError) as caught:
            await ask(at(stub.url), seconds)
    return caught.value


@real_time
async def test_any_status_is_an_answer() -> None:
    async with http_stub(reply(b"no", status=404)) as stub:
        assert await ask(at(stub.url)) == (404, b"no")


@real_time
async def test_an_answer_has_a_bound_of_bytes_and_of_seconds() -> None:
    assert "sends more than 1000 bytes" in str(await refused(reply(bytes(1001))))
    trickle = in_pieces(*[b"a"] * 100, kind="text/plain", pause=0.05)
    assert "did not answer by noon" in str(await refused(trickle, 0.2))


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("thing", "'thing' is no URL of a thing"),
        ("ftp://thing", "is no URL"),
        ("http://thing:port", "is no URL"),
        ("http://a" + "ä" * 70, "is no URL"),
        ("http://thi\x1bng", r"thi\\\\x1bng' is no URL"),
        ("http://thing/v1?key=1", "has more than a path"),
        ("http://me:hush@thing", "has a password in it"),
    ],
)
def test_what_is_no_base_url_is_refused(url: str, said: str) -> None:
    with pytest.raises(UsageError, match=said) as caught:
        at(url)
    assert "hush" not in str(caught.value)


@pytest.mark.parametrize("text", ["a\nb", "clé", " a", "a b"])
def test_a_secret_that_no_header_can_carry_is_refused_and_not_repeated(text: str) -> None:
    with pytest.raises(UsageError, match="the word has characters") as caught:
        check_header(Secret(text), "word")
    assert text not in str(caught.value)


def test_some_headers_have_words() -> None:
    check_header(Secret("Bearer a"), "word", words=True)
    with pytest.raises(UsageError, match="characters"):
        check_header(Secret("Bearer a "), "word", words=True)
