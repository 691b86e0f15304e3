#!/usr/bin/env python3
"""Plugboard over plain REST, with Python's standard library alone.

    python3 plugboard_rest.py                                             lists connections
    python3 plugboard_rest.py gitlab list_issues '{"project":"acme/api"}' calls a tool
"""

import json
import os
import re
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid


class Refused(Exception):
    """A request that was not served. `code` is the API's; the request id finds it in the server's log."""

    def __init__(self, code, message, request_id=None):
        super().__init__(f"{code}: {message}" + (f" (request {request_id})" if request_id else ""))
        self.code = code


class NoRedirects(urllib.request.HTTPRedirectHandler):
    """The key goes where it was told to go and nowhere else."""

    def redirect_request(self, *_):
        return None


class Plugboard:
    """The API as seen with one key."""

    def __init__(self, url, key):
        self.url = url.rstrip("/")
        self.key = key
        self.opener = urllib.request.build_opener(NoRedirects)

    def ask(self, method, path, body=None):
        """The parsed answer and its headers. What is sent again is done once: the Idempotency-Key stays the same."""
        headers = {"authorization": f"Bearer {self.key}", "accept": "application/json"}
        data = None
        if body is not None:
            data = json.dumps(body).encode()
            headers |= {"content-type": "application/json", "idempotency-key": str(uuid.uuid4())}
        request = urllib.request.Request(self.url + path, data=data, headers=headers, method=method)
        for tries_left in (2, 1, 0):
            try:
                with self.opener.open(request, timeout=60) as answer:
                    return json.load(answer), answer.headers
            except urllib.error.HTTPError as error:
                if error.code not in (429, 503) or tries_left == 0:
                    raise refusal(error) from None
                time.sleep(min(int(error.headers.get("retry-after") or 1), 30))
            except urllib.error.URLError as error:
                raise Refused("UNREACHABLE", f"Nothing answers at {self.url} ({error.reason}).") from None
            except TimeoutError:
                raise Refused("TIMEOUT", f"{self.url} did not answer in time.") from None

    def connections(self):
        """Every connection of the key's person: page after page, as the Link header leads (RFC 8288)."""
        path = "/api/v1/connections"
        while path:
            page, headers = self.ask("GET", path)
            yield from page
            following = re.search(r'<([^>]+)>;\s*rel="?next', headers.get("link") or "")
            path = following and "/api/v1/connections?" + urllib.parse.urlsplit(following[1]).query

    # #region call
    def call(self, connection, tool, arguments):
        """What a tool call came to. Where a person decides, the same call is made again until they have."""
        names = (urllib.parse.quote(name, safe="") for name in (connection, tool))
        path = "/api/v1/connections/{}/tools/{}/call".format(*names)
        outcome, _ = self.ask("POST", path + "?wait=0", {"arguments": arguments})
        if outcome["status"] == "needs_approval":
            print(f"A person decides: {outcome['url']}", file=sys.stderr, flush=True)
        while outcome["status"] == "needs_approval":
            outcome, _ = self.ask("POST", path + "?wait=45", {"arguments": arguments})
        return outcome

    # #endregion


def refusal(error):
    """What Plugboard says of a request that it did not serve; something between here and there may say something else."""
    try:
        said = json.load(error)["error"]
        return Refused(said["code"], said["message"], said.get("request_id"))
    except (ValueError, KeyError, TypeError):
        return Refused("UNEXPECTED_ANSWER", f"HTTP {error.code}, which is not how Plugboard answers.")


def main(words):
    key = os.environ.get("PLUGBOARD_KEY")
    if not key:
        sys.exit("Set PLUGBOARD_KEY: README.md says to what.")
    plugboard = Plugboard(os.environ.get("PLUGBOARD_URL") or "http://localhost:7400", key)
    if not words:
        for connection in plugboard.connections():
            print(f"{connection['handle']} is {connection['status']}, as {connection['account'] or 'nobody yet'}")
        return
    connection, tool, arguments = words if len(words) == 3 else (*words[:2], "{}")
    outcome = plugboard.call(connection, tool, json.loads(arguments))
    if outcome["status"] != "ok":
        sys.exit(f"{tool}: {outcome.get('reason', outcome['status'])}: {outcome['message']}")
    print(json.dumps(outcome["output"], indent=2, ensure_ascii=False))


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except Refused as error:
        sys.exit(str(error))
    except ValueError as error:
        sys.exit(f"The arguments are no JSON: {error}")
