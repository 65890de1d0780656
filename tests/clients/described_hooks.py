"""What schemathesis cannot know about the API.

- Everything happens in the repository that the run fills: another one is seldom there, which is a 400.
- A list is asked for by `page`, `id_set` or `all_ids`; that one of them must be there is a rule between parameters,
  which OpenAPI cannot say.
- A few operations end the session or the life of whatever the rest of the run needs. None is left out: each gets a
  session, a user or a repository of its own first.
- A session that is not there is refused with 412, as ArchivesSpace does and its clients expect.
"""
import itertools
import os

import requests
import schemathesis
from schemathesis.core.parameters import ParameterLocation
from schemathesis.specs.openapi import checks

checks.AUTH_REJECTION_STATUSES = checks.AUTH_REJECTION_STATUSES | {412}

URL = os.environ["FONDS_URL"]
SESSION = "X-ArchivesSpace-Session"
HEADERS = {SESSION: os.environ["FONDS_SESSION"]}
NUMBERS = itertools.count(1)
# The administrator, whose session and rights the run lives on, and the repository that it happens in.
KEPT = ("/users/1", "/repositories/1", "/repositories/2", "/agents/people/1")


def made(path, document):
    answer = requests.post(URL + path, json=document, headers=HEADERS, timeout=60)
    answer.raise_for_status()
    return answer.json()["id"]


def administrator():
    """A new administrator: number and session."""
    name = f"spare{os.getpid()}x{next(NUMBERS)}"
    user = made("/users?password=spare", {"username": name, "name": name, "is_admin": True})
    answer = requests.post(f"{URL}/users/{name}/login", params={"password": "spare"}, timeout=60)
    return user, answer.json()["session"]


def repository():
    """A new repository without records: its number."""
    code = f"SPARE{os.getpid()}x{next(NUMBERS)}"
    return made("/repositories", {"repo_code": code, "name": code})


OWN_SESSION = ("POST /logout", "POST /users/{username}/become-user", "POST /users/{id}/password")


def is_negative_at(case, location):
    return case.meta is not None and case.meta.is_negative_at(location)


@schemathesis.auth(refresh_interval=None)
class Session:
    def get(self, case, context):
        return administrator()[1] if case.operation.label in OWN_SESSION else HEADERS[SESSION]

    def set(self, case, data, context):
        case.headers = {**(case.headers or {}), SESSION: data}


@schemathesis.hook
def before_call(context, case, kwargs):
    operation = case.operation.label
    path, query = case.path_parameters or {}, case.query or {}
    parameters = {parameter.name for parameter in case.operation.query}
    if {"page", "id_set", "all_ids"} <= parameters and not is_negative_at(case, ParameterLocation.QUERY):
        if not {"page", "id_set", "all_ids"} & set(query):
            case.query = {**query, "page": 1}
    if is_negative_at(case, ParameterLocation.PATH):
        return
    if operation == "DELETE /repositories/{id}":
        case.path_parameters = {"id": repository()}
    elif operation == "POST /repositories/{repo_id}/transfer":
        case.path_parameters = {"repo_id": repository()}
    elif "repo_id" in path:
        case.path_parameters = {**path, "repo_id": 2}


@schemathesis.hook
def filter_case(context, case):
    """Leaves the administrator and the repository of the run alone."""
    operation = case.operation.label
    path, query = case.path_parameters or {}, case.query or {}
    if operation.startswith(("POST /users/{id}", "DELETE /users/{id}")) and "password" not in operation:
        return str(path.get("id")) != "1" and str(query.get("repo_id")) != "1"
    if operation == "POST /batch_delete":
        uris = query.get("record_uris[]") or []
        # Where the description is broken on purpose, a list may be anything.
        return not set(KEPT) & set(map(str, uris if isinstance(uris, list) else [uris]))
    return True
