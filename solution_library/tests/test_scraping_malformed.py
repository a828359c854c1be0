"""A page that is malformed costs itself at most, never the sync of its site."""

from http.server import BaseHTTPRequestHandler

import pytest

from core.net.errors import FetchFailed
from solution_library.models import Document, DocumentationSource, SourceSync
from solution_library.scraping import crawl
from solution_library.scraping.content import read_page
from solution_library.services.sync import sync_source
from solution_library.tests.factories import DocumentationSourceFactory
from solution_library.tests.sites import Handler, Reply, Site

pytestmark = pytest.mark.django_db
TEXT = "Backups run every night at two and are kept for thirty days in a second region of the provider."
NO_CHARSETS = [
    "undefined",
    "unicode_escape",
    "raw_unicode_escape",
    "idna",
    "punycode",
    "utf-7",
    "rot13",
    "hex",
]
HTML = f"<html><head>%s</head><body><main><h1>Odd</h1><p>{TEXT} Odd. %s</p><a href='/b'>b</a></main></body></html>"


@pytest.fixture
def source(open_site: Site) -> DocumentationSource:
    """A page that each test writes stands between two that are well formed."""
    open_site.page("/", "Start", TEXT, links=("/odd", "/a"))
    open_site.page("/a", "A", TEXT + " Page A.")
    open_site.page("/b", "B", TEXT + " Page B.")
    return DocumentationSourceFactory(base_url=open_site.url, name="Acme docs")


def html(head: str = "", body: str = "", content_type: str = "text/html") -> Reply:
    return Reply((HTML % (head, body)).encode(), headers={"Content-Type": content_type})


def plain(text: bytes) -> Reply:
    return Reply(text, headers={"Content-Type": "text/plain; charset=utf-8"})


def with_header(name: str, value: bytes) -> Handler:
    def answer(request: BaseHTTPRequestHandler) -> None:
        body = (HTML % ("", "")).encode()
        request.wfile.write(
            b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n" + name.encode() + b": " + value + b"\r\n"
        )
        if name != "Content-Length":
            request.wfile.write(b"Content-Length: %d\r\n" % len(body))
        request.wfile.write(b"\r\n" + body)

    return answer


@pytest.mark.parametrize(
    "odd",
    [
        *(html(content_type=f"text/html; charset={name}") for name in NO_CHARSETS),
        html('<meta charset="undefined">'),
        html('<base href="http://[x">'),
        html(body="&#xD800; &#0; &#x1F600;"),
        html(
            body="<a href='http://[x'>x</a><a href='http://&#xD800;/'>x</a><a href='/&#xD800;?&#xD800;=1'>x</a>"
        ),
        html('<link rel="canonical" href="http://[x">'),
        html(body="\\ud800"),
        plain(b"# Odd \x00 page\n\n" + TEXT.encode() + b" Odd."),
        with_header("ETag", b'"a\x00b"'),
        with_header("ETag", b'"\xe9\x80"'),
        with_header("Content-Length", b"9" * 5000),
        with_header("Content-Encoding", b"a\x00b"),
    ],
)
def test_an_odd_page_is_read_all_the_same(
    source: DocumentationSource, open_site: Site, odd: Reply | Handler
) -> None:
    open_site.pages["/odd"] = odd
    for _ in range(2):
        report = sync_source(source)
        assert report.state == SourceSync.State.DONE
        assert Document.objects.in_use().filter(title__in=("Start", "A")).count() == 2
    if report.failed:
        assert report.entries.get(change="failed").note
    else:
        assert Document.objects.get(url=f"{open_site.url}odd").title in ("Odd", "Odd page")


def test_a_base_that_is_no_address_leaves_the_pages_own(source: DocumentationSource, open_site: Site) -> None:
    open_site.pages["/odd"] = html('<base href="http://[x">')
    assert sync_source(source).added == 4


@pytest.mark.parametrize("path", ["/odd", "/sitemap.xml"])
def test_a_redirect_to_what_is_no_address_is_a_page_that_could_not_be_read(
    source: DocumentationSource, open_site: Site, path: str
) -> None:
    open_site.pages[path] = Reply(status=301, headers={"Location": "http://[x"})
    report = sync_source(source)
    assert report.added == 2
    if path == "/odd":
        assert report.entries.get(change="failed").note == "The site answered HTTP 301."


def test_a_start_page_that_leads_to_an_odd_address_is_refused_in_words(
    source: DocumentationSource, open_site: Site
) -> None:
    def lead_away(request: BaseHTTPRequestHandler) -> None:
        request.wfile.write(
            b"HTTP/1.1 302 Found\r\nLocation: http://else\x00where/\r\nContent-Length: 0\r\n\r\n"
        )

    open_site.pages["/"] = lead_away
    with pytest.raises(FetchFailed):
        sync_source(source)
    source.refresh_from_db()
    assert "leads to another site: http://elsewhere/" in source.sync_error


def test_whatever_else_cannot_be_made_sense_of_is_said_in_words(
    source: DocumentationSource, open_site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = read_page

    def refuse(body: bytes, *, url: str, content_type: str = "") -> object:
        if url.endswith("/odd"):
            raise ValueError("All strings must be XML compatible")
        return read(body, url=url, content_type=content_type)

    monkeypatch.setattr(crawl, "read_page", refuse)
    open_site.pages["/odd"] = html()
    report = sync_source(source)
    assert (report.added, report.failed) == (2, 1)
    assert report.entries.get(change="failed").note == "The page is malformed and could not be read."


@pytest.mark.parametrize(
    ("body", "charset", "text"),
    [
        ("Größe".encode("latin-1"), "iso-8859-1", "Größe"),
        ("Größe".encode("cp1252"), "windows-1252", "Größe"),
        ("日本".encode("shift_jis"), "Shift_JIS", "日本"),
        ("中文".encode("gb18030"), "gb2312", "中文"),
        ("한국".encode("euc-kr"), "euc-kr", "한국"),
        ("привет".encode("koi8-r"), "KOI8-R", "привет"),
        ("Größe".encode("utf-16"), "utf-16", "Größe"),
        ("Größe".encode(), "no-such-charset", "Größe"),
        ("Größe".encode(), "unicode_escape", "Größe"),
        ("Größe".encode("latin-1"), "utf-8", "Größe"),
    ],
)
def test_text_is_read_in_the_charset_that_it_is_written_in(body: bytes, charset: str, text: str) -> None:
    page = read_page(body, url="http://docs.example/", content_type=f"text/plain; charset={charset}")
    assert page.markdown == f"{text}\n"
