"""The two doors from outside, as one interface, for tests.

Both clients send whatever they are told, also what a decent client would refuse to send
(`None`, NaN, integers of any size), and sort every answer into a result, a refusal with
a sentence (`RefusedError`), or a crash (`CrashedError`): what the API owes is never the last.
"""

import json
import math
import urllib.error
import urllib.request
import xmlrpc.client

TIMEOUT = 300
XMLRPC_CRASH = 1
XMLRPC_ACCESS = (3, 4)
XMLRPC_MAX_INT = 2**31 - 1
HTTP_ACCESS = (401, 403)
HTTP_CRASH = 500


class RefusedError(Exception):
    """The server answered with a sentence instead of a result."""

    def __init__(self, sentence, is_access=False):
        super().__init__(sentence)
        self.sentence = sentence
        self.is_access = is_access


class CrashedError(Exception):
    """The server answered with a traceback or a status of 500 and above."""


class NotServedError(ConnectionError):
    """Nobody serves that database at the moment."""


class _AnyMarshaller(xmlrpc.client.Marshaller):
    """Send integers of any size; Odoo's parser takes them."""

    dispatch = dict(xmlrpc.client.Marshaller.dispatch)

    def dump_any_int(self, value, write):
        write(f"<value><int>{value}</int></value>")

    dispatch[int] = dump_any_int


class XmlRpc:
    """Calls with a login and its password (or API key)."""

    protocol = "xmlrpc"

    def __init__(self, url, database, user_id, secret):
        self.url = f"{url}/xmlrpc/2/object"
        self.credentials = (database, user_id, secret)

    def call(self, model, method, /, **arguments):
        # Core looks for these two by their place.
        first = [arguments.pop(name) for name in ("ids", "vals_list") if name in arguments]
        parameters = (*self.credentials, model, method, first, arguments)
        body = (
            "<?xml version='1.0'?><methodCall><methodName>execute_kw</methodName>"
            + _AnyMarshaller("utf-8", allow_none=True).dumps(parameters)
            + "</methodCall>"
        )
        request = urllib.request.Request(
            self.url, body.encode(errors="xmlcharrefreplace"), {"Content-Type": "text/xml"}
        )
        try:
            with urllib.request.urlopen(request, timeout=TIMEOUT) as response:
                answer = response.read()
        except urllib.error.HTTPError as error:
            raise CrashedError(f"{error.code} {error.read().decode(errors='replace')}") from error
        try:
            (result,), _method = xmlrpc.client.loads(answer)
        except xmlrpc.client.Fault as fault:
            if fault.faultCode == XMLRPC_CRASH:
                raise CrashedError(fault.faultString) from fault
            raise RefusedError(fault.faultString, fault.faultCode in XMLRPC_ACCESS) from fault
        return result


class Json2:
    """Calls with an API key."""

    protocol = "json2"

    def __init__(self, url, database, key):
        self.url = f"{url}/json/2"
        self.headers = {
            "Authorization": f"bearer {key}",
            "Content-Type": "application/json; charset=utf-8",
            "X-Odoo-Database": database,
        }

    def call(self, model, method, /, **arguments):
        body = json.dumps(arguments).encode()
        request = urllib.request.Request(f"{self.url}/{model}/{method}", body, self.headers)
        try:
            with urllib.request.urlopen(request, timeout=TIMEOUT) as response:
                return json.load(response)
        except urllib.error.HTTPError as error:
            text = error.read().decode(errors="replace")
            if error.code >= HTTP_CRASH:
                raise CrashedError(f"{error.code} {text}") from error
            if error.headers.get_content_type() != "application/json":
                raise NotServedError(f"{error.code} {text}") from error
            raise RefusedError(json.loads(text)["message"], error.code in HTTP_ACCESS) from error


def find_unportable(answer, path="answer"):
    """Return the places of an answer that XML-RPC could not carry: None, keys that are not
    strings, integers of 2³¹ and more, and numbers that are none."""
    if isinstance(answer, dict):
        bad = [f"{path}[{key!r}]" for key in answer if not isinstance(key, str)]
        return bad + [
            place
            for key, value in answer.items()
            for place in find_unportable(value, f"{path}[{key!r}]")
        ]
    if isinstance(answer, list):
        return [
            place
            for index, value in enumerate(answer)
            for place in find_unportable(value, f"{path}[{index}]")
        ]
    if answer is None:
        return [f"{path} is None"]
    if isinstance(answer, int) and abs(answer) > XMLRPC_MAX_INT:
        return [f"{path} is {answer}"]
    if isinstance(answer, float) and not math.isfinite(answer):
        return [f"{path} is {answer}"]
    return []
