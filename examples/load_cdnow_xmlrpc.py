#!/usr/bin/env python3
"""Log the purchases of the CDNOW sample over XML-RPC."""

import http.client
import sys
import xmlrpc.client

from cdnow import ClientError, get_secret, make_parser, run


def connect(options):
    """Sign in with a login and its password or API key, and return `call`."""
    secret = get_secret(f"Password or API key of {options.login}")
    common = xmlrpc.client.ServerProxy(f"{options.url}/xmlrpc/2/common")
    models = xmlrpc.client.ServerProxy(f"{options.url}/xmlrpc/2/object")
    user_id = ask(options, common.authenticate, options.database, options.login, secret, {})
    if not user_id:
        raise ClientError(f"{options.login} cannot sign in: wrong login, password or API key.")

    def call(model, method, **arguments):
        credentials = (options.database, user_id, secret)
        return ask(options, models.execute_kw, *credentials, model, method, [], arguments)

    return call


def ask(options, function, *arguments):
    """Call the server and turn every failure into one sentence."""
    try:
        return function(*arguments)
    except xmlrpc.client.Fault as fault:
        # A sentence of the server as it is, or the last line of what went wrong inside it.
        raise ClientError(fault.faultString.strip().splitlines()[-1]) from fault
    except xmlrpc.client.ProtocolError as error:
        raise ClientError(f"{options.url} answers {error.errcode} {error.errmsg}.") from error
    except (OSError, http.client.HTTPException) as error:
        raise ClientError(
            f"The server at {options.url} does not answer ({error}). "
            "Is it running? Run the same command again to carry on."
        ) from error


def main():
    parser = make_parser(__doc__)
    parser.add_argument("--login", required=True)
    return run(connect, parser.parse_args())


if __name__ == "__main__":
    sys.exit(main())
