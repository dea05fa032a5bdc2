"""A browser that knows nothing but forms: what a person sees with scripts, styles and images off."""

from html.parser import HTMLParser
from urllib.parse import urljoin

import requests


class Form(HTMLParser):
    """The first form of a page: where it goes, what is filled in already, which buttons it has."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.action: str | None = None
        self.method = "get"
        self.fields: dict[str, str] = {}
        self.kinds: dict[str, str] = {}
        self.buttons: list[tuple[str, str]] = []
        self.depth = 0
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.depth += 1
            if self.action is None:
                self.action, self.method = given.get("action", ""), given.get("method", "get").lower()
        elif tag == "input" and self.depth and given.get("name"):
            self.fields[given["name"]] = given.get("value", "")
            self.kinds[given.get("type", "text")] = given["name"]
        elif tag == "button" and self.depth and given.get("name"):
            self.buttons.append((given["name"], given.get("value", "")))


class Visitor:
    """A person with a cookie jar."""

    def __init__(self, username: str, password: str) -> None:
        self.http = requests.Session()
        self.username, self.password = username, password

    def open(self, url: str) -> requests.Response:
        return self.http.get(url, allow_redirects=False, timeout=30)

    def send(self, page: requests.Response, filled: dict[str, str]) -> requests.Response:
        form = Form(page.text)
        assert form.method == "post", f"a form that posts: {page.status_code} {page.text[:400]}"
        target = urljoin(page.url, form.action)
        return self.http.post(target, data=form.fields | filled, allow_redirects=False, timeout=30)

    def log_in(self, page: requests.Response) -> requests.Response:
        """Fills in the login page if this is one; answers the consent page."""
        kinds = Form(page.text).kinds
        if "password" not in kinds:
            return page
        return self.send(page, {kinds["text"]: self.username, kinds["password"]: self.password})

    def decide(self, page: requests.Response, decision: str) -> requests.Response:
        names = {value: name for name, value in Form(page.text).buttons}
        assert decision in names, f"no button {decision!r}: {page.status_code} {page.text[:400]}"
        return self.send(page, {names[decision]: decision})

    def allow(self, url: str) -> requests.Response:
        """The whole visit; answers what the server says to "allow"."""
        page = self.open(url)
        assert page.status_code == 200, f"{page.status_code} {page.text[:400]}"
        return self.decide(self.log_in(page), "allow")
