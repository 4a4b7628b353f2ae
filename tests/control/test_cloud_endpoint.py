import pytest
from hypothesis import given
from hypothesis import strategies as st

from aicall_cli.control.cloud_endpoint import CloudEndpoint
from aicall_cli.errors import UsageError


@pytest.mark.parametrize(
    ("region", "url", "scheme", "host"),
    [
        (None, None, "https", "ice.cn-shanghai.aliyuncs.com"),
        ("ap-southeast-1", "", "https", "ice.ap-southeast-1.aliyuncs.com"),
        (None, "http://127.0.0.1:8765", "http", "127.0.0.1:8765"),
        ("cn-beijing", "https://ICE.aliyuncs.com/", "https", "ice.aliyuncs.com"),
        (None, "http://[::1]:80", "http", "[::1]:80"),
        (None, "http://[::1]", "http", "[::1]"),
    ],
)
def test_it_is_the_regions_or_the_one_that_is_named(
    region: str | None, url: str | None, scheme: str, host: str
) -> None:
    endpoint = CloudEndpoint.of(region, url)
    assert (endpoint.scheme, endpoint.host) == (scheme, host)
    assert endpoint.region == (region or "cn-shanghai")


@pytest.mark.parametrize(
    "url",
    [
        "h",
        "h:80",
        "ftp://h",
        "http://",
        "http://h:99999",
        "http://h/v1",
        "http://h?a",
        "http://h#a",
        "http://[::1",
        "http://a b",
        "http://ä.example",
        "http://h\x00",
    ],
)
def test_what_is_no_host_is_refused(url: str) -> None:
    with pytest.raises(UsageError):
        CloudEndpoint.of(None, url)


@pytest.mark.parametrize(
    "region", ["x", "CN-SHANGHAI", "cn-", "cn-shanghai.evil.example", "a" * 99]
)
def test_what_is_no_region_is_refused(region: str) -> None:
    with pytest.raises(UsageError, match="is no region") as caught:
        CloudEndpoint.of(region, None)
    assert caught.value.hint is not None
    assert "cn-shanghai" in caught.value.hint


@given(st.text())
def test_any_text_is_an_endpoint_or_a_usage_error(text: str) -> None:
    for region, url in ((text, None), (None, text), (None, f"http://{text}")):
        try:
            endpoint = CloudEndpoint.of(region, url)
        except UsageError:
            continue
        assert endpoint.host.isascii()
        assert endpoint.host.isprintable()
        assert " " not in endpoint.host


@pytest.mark.parametrize(
    ("url", "is_open"),
    [
        ("http://127.0.0.1", False),
        ("http://[::1]:5", False),
        ("http://localhost:5", False),
        ("http://10.0.0.1", True),
        ("http://h.example", True),
        ("https://h.example", False),
    ],
)
def test_http_to_another_machine_is_open(url: str, is_open: bool) -> None:
    assert CloudEndpoint.of(None, url).is_open is is_open


def test_who_is_not_there_is_explained() -> None:
    assert CloudEndpoint.of(None, "https://h").unknown_hint == "see whether --endpoint is right"
    assert "did you mean cn-beijing?" in CloudEndpoint.of("cn-bejing", None).unknown_hint
    assert "cn-shanghai is a region" in CloudEndpoint.of(None, None).unknown_hint
    assert "xx-nowhere is a region" in CloudEndpoint.of("xx-nowhere", None).unknown_hint
