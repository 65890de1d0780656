#!/usr/bin/env python3
"""A day's work with aspace-client.

    aspace_client.py URL PASSWORD [USER]

Makes users, controlled values and a repository with a tree of 500 nodes, an
import of many records at once among it; streams everything, asks for what
stands in a container, edits in bulk, merges records and values, publishes,
transfers, deletes and follows what was deleted. Ends with status 0 and the
line `ok`, or with what went wrong. Can be run again on the same server.
"""
import time

from aspace import jsonmodel
from aspace.client import ASpaceClient
from aspace.enums import LinkedAgentRole, SubjectTermType

from archive import (arguments, box, check, component, corporate_entity, dated, in_box, location, person, resource, saved)

SERIES, FILES = 4, 124


def users(client, mark):
    """People who may log in, their passwords, what they may do."""
    names = [f"clara{mark}", f"clem{mark}"]
    for name in names:
        answer = client.users.create({"jsonmodel_type": "user", "username": name, "name": name.title()}, "first")
        saved(answer, "user")
    everybody = {user["username"] for user in client.users.get_all()}
    check(set(names) <= everybody, True, "users that were made")
    check({user["username"] for user in client.users.stream()}, everybody, "users as a stream")
    check(client.users.change_password(names[0], "second").json()["status"], "Updated", "a new password")
    other = ASpaceClient(client.aspace_api_host, names[0], "second")
    check(other.users.current_user().json()["username"], names[0], "logged in with the new password")
    return names, other


def values(client, mark):
    """Controlled values: added, put in order, merged away later."""
    lists = client.enumerations.get_all()
    name = "instance_instance_type"
    check(name in [one["name"] for one in lists], True, "the list is there")
    wrong, right = f"fotos_{mark}", f"photos_{mark}"
    client.enumerations.update_enumeration(name, [f"Fotos {mark}", f"Photos {mark}"], reorder_enumeration=True)
    there = client.enumerations.get_by_name(name)
    check({wrong, right} <= set(there["values"]), True, "new values")
    in_order = [value["value"] for value in sorted(there["enumeration_values"], key=lambda value: value["position"])]
    check(in_order, sorted(in_order), "values in the order of the alphabet")
    return there["uri"], wrong, right


def build(client, mark, wrong):
    made = {"code": f"ASPC{mark}"}
    repo = saved(client.post("repositories", json={"repo_code": made["code"], "name": "Client Archive", "publish": True}), "repository")
    made["repo"] = repo
    made["person"] = saved(client.post("agents/people", json=person(f"Ferrant {mark}", "Ines")), "person")
    made["firm"] = saved(client.post("agents/corporate_entities", json=corporate_entity(f"Ferrant & Co {mark}")), "firm")
    made["branch"] = saved(client.post("agents/corporate_entities", json=corporate_entity(f"Ferrant Branch {mark}")), "branch")
    topic = jsonmodel.subject("local", [jsonmodel.subject_term(f"Harbours {mark}", SubjectTermType.TOPICAL)])
    made["subject"] = saved(client.post("subjects", json=topic), "subject")
    made["place"] = saved(client.post("locations", json=location(f"Client House {mark}", "2")), "location")
    made["boxes"] = [saved(client.post(f"{repo}/top_containers", json=box(n, made["place"])), "box") for n in (1, 2)]
    papers = resource(
        "Ferrant and Company records", f"FC{mark}",
        subjects=[jsonmodel.ref(made["subject"])],
        linked_agents=[jsonmodel.linked_agent(made["firm"], LinkedAgentRole.CREATOR),
                       jsonmodel.linked_agent(made["branch"], LinkedAgentRole.SUBJECT)],
        notes=[jsonmodel.note_multipart("scopecontent", ["Ledgers", jsonmodel.subnote_text("and letters")])],
        external_documents=[jsonmodel.external_document("Deed", "https://deeds.example/1")],
    )
    made["root"] = saved(client.post(f"{repo}/resources", json=papers), "resource")
    accession = {"jsonmodel_type": "accession", "id_0": f"A{mark}", "title": "Ledgers", "accession_date": "2020-05-01",
                 "instances": [{**in_box(made["boxes"][1]), "instance_type": wrong}],
                 "related_resources": [jsonmodel.ref(made["root"])]}
    made["accession"] = saved(client.post(f"{repo}/accessions", json=accession), "accession")
    made["nodes"] = imported(client, made)
    return made


def imported(client, made):
    """The tree comes in one request, with addresses that are only good inside it."""
    repo, root = made["repo"], made["root"]
    def temporary(n):
        return f"{repo}/archival_objects/import_{n:032x}"
    batch = []
    for n in range(SERIES):
        batch.append(component(f"Ledger {n}", "series", root, uri=temporary(n), position=n, component_id=f"L{n}"))
        for m in range(FILES):
            batch.append(component(
                f"Quarter {n}.{m}", "file", root, temporary(n), uri=temporary(1000 * (n + 1) + m), position=m,
                dates=[dated("1900", "1901")],
                instances=[in_box(made["boxes"][0])] if m < 3 else [],
                linked_agents=[jsonmodel.linked_agent(made["person"], LinkedAgentRole.CREATOR)] if m == 0 else [],
            ))
    answer = client.post(f"{repo}/batch_imports", json=batch)
    check(answer.status_code, 200, "import")
    last = answer.json()[-1]
    check("errors" in last, False, f"import: {last}")
    check(len(last["saved"]), SERIES * (FILES + 1), "records of the import")
    return {key: value[0] for key, value in last["saved"].items()}, temporary


def streams(client, made):
    repo = made["repo"]
    check(made["code"] in [r["repo_code"] for r in client.streams.repositories()], True, "repositories")
    nodes = list(client.streams.archival_objects([repo]))
    check(len(nodes), SERIES * (FILES + 1), "components as a stream")
    check([r["title"] for r in client.streams.resources([repo])], ["Ferrant and Company records"], "resources")
    check([a["title"] for a in client.streams.accessions([repo])], ["Ledgers"], "accessions")
    check(sorted(c["indicator"] for c in client.streams.top_containers([repo])), ["1", "2"], "containers")
    ordered = next(iter(client.streams.resource_ordered_records([repo])))
    check(ordered["uris"], [], "an unpublished tree has no public order")
    tree = next(iter(client.streams.resource_trees([repo], large_tree_extension="root")))
    check(tree["child_count"], SERIES, "the root of the tree")
    whole = next(iter(client.streams.resource_trees([repo])))
    check([node["title"] for node in whole["children"]], [f"Ledger {n}" for n in range(SERIES)], "the whole tree")
    check(len(whole["children"][2]["children"]), FILES, "a series of the whole tree")
    check(made["person"] in [agent["uri"] for agent in client.streams.people()], True, "people")
    check(made["firm"] in [agent["uri"] for agent in client.streams.all_agents()], True, "agents of every sort")
    check(made["subject"] in [subject["uri"] for subject in client.streams.subjects()], True, "subjects")
    check(list(client.streams.jobs([repo])), [], "jobs")
    check(client.schemas.get_schema("archival_object")["properties"] is not None, True, "a schema")
    return nodes


def containers(client, made):
    held = client.top_containers.linked_record_uris(made["boxes"][0])
    check(len(held), 3 * SERIES, "what stands in a box")
    shown = client.top_containers.get(made["boxes"][0])
    check([c["ref"] for c in shown["collection"]], [made["root"]], "the collection of a box")
    check(shown["series"][0]["identifier"], "L0", "the series of a box")


def editing(client, made, nodes):
    saved_nodes, temporary = made["nodes"]
    for node in [node for node in nodes if node["title"].startswith("Quarter 1.")]:
        node["title"] = node["title"].replace("Quarter", "Term")
        saved(client.post(node["uri"], json=node), "an edit", "Updated")
    page = client.get(f"{made['repo']}/search", params={"page": 1, "page_size": 5, "q": "title:term", "type[]": ["archival_object"]}).json()
    check((page["total_hits"], len(page["results"])), (FILES, 5), "found after an edit in bulk")
    check(client.post(f"{made['root']}/publish").ok, True, "publish")
    check(client.post(f"{saved_nodes[temporary(2)]}/unpublish").ok, True, "unpublish a branch")
    order = client.get(f"{made['root']}/ordered_records").json()["uris"]
    check(len(order), 1 + SERIES * (FILES + 1) - (FILES + 1), "the public order without a branch")
    annex = saved(client.post(f"{made['repo']}/resources", json=resource("Annex", f"AN{int(time.time() * 1000)}")), "annex")
    moved = client.post(f"{made['repo']}/component_transfers", params={"target_resource": annex, "component": saved_nodes[temporary(3)]})
    check((moved.status_code, moved.json().get("resource")), (200, annex), f"transfer: {moved.text}")
    check(client.get(f"{annex}/tree/root").json()["child_count"], 1, "what came over")
    return annex


def merging(client, made, listed):
    uri, wrong, right = listed
    client.enumerations.merge(uri, wrong, right)
    check(client.get(made["accession"]).json()["instances"][0]["instance_type"], right, "a value merged into another")
    request = {"jsonmodel_type": "merge_request", "uri": "merge_requests/agent",
               "merge_destination": {"ref": made["firm"]}, "merge_candidates": [{"ref": made["branch"]}]}
    check(client.post("merge_requests/agent", json=request).json().get("status"), "Merged", "agents")
    papers = client.get(made["root"]).json()
    check([(a["ref"], a["role"]) for a in papers["linked_agents"]],
          [(made["firm"], "creator"), (made["firm"], "subject")], "agents of the resource")
    check([a["ref"] for a in papers["related_accessions"]], [made["accession"]], "the accession, from the other end")


def deleting(client, made, annex, since):
    check(client.delete(annex).json().get("status"), "Deleted", "a tree")
    check(client.delete(made["boxes"][0]).json().get("status"), "Deleted", "a box")
    gone, page = [], 1
    while True:
        feed = client.get("delete-feed", params={"modified_since": since, "page": page, "page_size": 200}).json()
        gone += feed["results"]
        if page >= feed["last_page"]:
            break
        page += 1
    mine = {uri for uri in gone if uri.startswith(made["repo"] + "/")}
    check(len(mine), 1 + FILES + 1 + 1, "told as deleted: a resource, its nodes, a box")
    left = list(client.streams.archival_objects([made["repo"]]))
    check(len(left), (SERIES - 1) * (FILES + 1), "nodes that stay")
    check([node["title"] for node in left if any("sub_container" in i for i in node["instances"])], [], "instances of the box went with it")


def main():
    url, password, user = arguments()
    client = ASpaceClient(url, user, password, auto_auth=False)
    client.wait_until_ready(check_interval=1, max_wait_time=30, authenticate_on_success=True)
    since = int(time.time()) - 1
    names, other = users(client, since)
    listed = values(client, since)
    made = build(client, since, listed[1])
    nodes = streams(client, made)
    containers(client, made)
    check(other.get(made["root"]).status_code, 403, "who is in no group sees nothing")
    annex = editing(client, made, nodes)
    merging(client, made, listed)
    deleting(client, made, annex, since)
    for name in names:
        check(client.delete(client.users.get(name)["uri"]).json().get("status"), "Deleted", "a user")
    print("ok")


if __name__ == "__main__":
    main()
