#!/usr/bin/env python3
"""A morning's work with ArchivesSnake, the client library that archivists' scripts are written with.

    archivessnake.py URL PASSWORD [USER]

Logs in, makes a repository, a resource and a tree, reads them in every way
that scripts read, updates, and gets its 409. Ends with status 0 and the line
`ok`, or with what went wrong. Runs against any server that speaks the API;
the code of the repository is made from the time, so it can be run again.
"""
import sys
import time

from asnake.aspace import ASpace
from asnake.client import ASnakeClient


def check(said, wanted, what):
    if said != wanted:
        sys.exit(f"{what}: {said!r}, not {wanted!r}")


def saved(answer, what):
    body = answer.json()
    check(answer.status_code, 200, f"{what}: {body}")
    return body["uri"]


def resource(title, identifier):
    return {
        "jsonmodel_type": "resource", "title": title, "id_0": identifier, "level": "collection",
        "finding_aid_language": "eng", "finding_aid_script": "Latn",
        "dates": [{"jsonmodel_type": "date", "date_type": "inclusive", "label": "creation", "begin": "1890", "end": "1925"}],
        "extents": [{"jsonmodel_type": "extent", "portion": "whole", "number": "3", "extent_type": "linear_feet"}],
        "lang_materials": [{"jsonmodel_type": "lang_material",
                            "language_and_script": {"jsonmodel_type": "language_and_script", "language": "eng"}}],
    }


def main():
    url, password = sys.argv[1], sys.argv[2]
    user = sys.argv[3] if len(sys.argv) > 3 else "admin"
    client = ASnakeClient(baseurl=url, username=user, password=password)
    client.authorize()
    check(client.get("users/current-user").json()["username"], user, "current user")

    code = f"SNAKE{int(time.time())}"
    repo = saved(client.post("repositories", json={"repo_code": code, "name": "Snake Archive"}), "repository")
    root = saved(client.post(f"{repo}/resources", json=resource("Papers of Ada Northcote", "MS.1")), "resource")
    nodes = {}
    for title, level, parent in [
        ("Correspondence", "series", None), ("Diaries", "series", None),
        ("Letters to Edith", "file", "Correspondence"), ("Letters from Edith", "file", "Correspondence"),
    ]:
        doc = {"jsonmodel_type": "archival_object", "title": title, "level": level, "resource": {"ref": root}}
        if parent:
            doc["parent"] = {"ref": nodes[parent]}
        nodes[title] = saved(client.post(f"{repo}/archival_objects", json=doc), title)

    # Reading: one, pages, numbers, the tree, resolved.
    one = client.get(root).json()
    check(one["title"], "Papers of Ada Northcote", "title")
    paged = list(client.get_paged(f"{repo}/archival_objects", page_size=3))
    check(len(paged), 4, "records in pages of three")
    ids = client.get(f"{repo}/archival_objects", params={"all_ids": True}).json()
    check(len(ids), 4, "numbers")
    some = client.get(f"{repo}/archival_objects", params={"id_set": ",".join(map(str, ids[:2]))}).json()
    check(len(some), 2, "records by number")
    top = client.get(f"{root}/tree/root").json()
    check([entry["title"] for entry in top["precomputed_waypoints"][""]["0"]], ["Correspondence", "Diaries"], "top level")
    below = client.get(f"{root}/tree/waypoint", params={"offset": 0, "parent_node": nodes["Correspondence"]}).json()
    check(len(below), 2, "letters")
    letter = client.get(nodes["Letters to Edith"], params={"resolve[]": ["resource", "ancestors"]}).json()
    check(letter["resource"]["_resolved"]["id_0"], "MS.1", "resolved resource")

    # Updating, and the refusal of what is out of date.
    doc = client.get(nodes["Diaries"]).json()
    doc["title"] = "Diaries and notebooks"
    answer = client.post(nodes["Diaries"], json=doc)
    check((answer.status_code, answer.json().get("status")), (200, "Updated"), f"update: {answer.text}")
    check(answer.json()["lock_version"], doc["lock_version"] + 1, "version")
    stale = client.post(nodes["Diaries"], json=doc)
    check(stale.status_code, 409, "a stale update")
    moved = client.post(f"{nodes['Letters from Edith']}/parent", params={"parent": nodes["Diaries"].rsplit("/", 1)[1], "position": 0})
    check(moved.status_code, 200, f"move: {moved.text}")

    # The abstraction layer walks the same things as objects.
    aspace = ASpace(baseurl=url, username=user, password=password)
    mine = next(r for r in aspace.repositories if r.repo_code == code)
    titles = [r.title for r in mine.resources]
    check(titles, ["Papers of Ada Northcote"], "resources as objects")
    walked = [node.title for node in next(iter(mine.resources)).tree.walk]
    check(sorted(walked)[:2], ["Correspondence", "Diaries and notebooks"], f"the tree as objects: {walked}")

    gone = client.delete(nodes["Correspondence"])
    check(gone.json().get("status"), "Deleted", "delete")
    check(client.get(nodes["Letters to Edith"]).status_code, 404, "what was below it")
    print("ok")


if __name__ == "__main__":
    main()
