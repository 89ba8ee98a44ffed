#!/usr/bin/env python3
"""Log the purchases of the CDNOW sample over JSON-2."""

import http.client
import json
import sys
import urllib.error
import urllib.request

from cdnow import ClientError, get_secret, make_parser, run


def connect(options):
    """Return `call`; the API key alone says who calls."""
    headers = {
        "Authorization": f"bearer {get_secret('API key')}",
        "Content-Type": "application/json; charset=utf-8",
        "X-Odoo-Database": options.database,
    }

    def call(model, method, **arguments):
        url = f"{options.url}/json/2/{model}/{method}"
        body = json.dumps(arguments).encode()
        return ask(options, urllib.request.Request(url, body, headers, method="POST"))

    call("res.users", "context_get")
    return call


def ask(options, request):
    """Send the request and turn every failure into one sentence."""
    try:
        with urllib.request.urlopen(request) as response:
            return json.load(response)
    except urllib.error.HTTPError as error:
        if error.code == http.HTTPStatus.UNAUTHORIZED:
            raise ClientError("The API key is not valid, or has expired.") from error
        raise ClientError(get_reason(options, error)) from error
    except (OSError, http.client.HTTPException, json.JSONDecodeError) as error:
        raise ClientError(
            f"The server at {options.url} does not answer ({error}). "
            "Is it running? Run the same command again to carry on."
        ) from error


def get_reason(options, error):
    """Return the sentence in the server's answer, or what its status means."""
    try:
        return json.load(error)["message"]
    except (json.JSONDecodeError, KeyError, TypeError):
        if error.code == http.HTTPStatus.NOT_FOUND:
            return f"There is no Odoo 19 database {options.database} at {options.url}."
        return f"The server at {options.url} answers {error.code} {error.reason}."


def main():
    return run(connect, make_parser(__doc__).parse_args())


if __name__ == "__main__":
    sys.exit(main())
