#!/usr/bin/env python3
"""A day's work with ArchivesSnake, the client library that archivists' scripts are written with.

    archivessnake.py URL PASSWORD [USER]

Logs in, builds a repository with agents, subjects, containers and a tree of
500 nodes, reads it in every way that scripts read, searches, edits in bulk,
publishes, merges, deletes and follows what was deleted. Ends with status 0
and the line `ok`, or with what went wrong. Runs against any server that
speaks the API; codes are made from the time, so it can be run again.
"""
import time

from asnake.aspace import ASpace
from asnake.client import ASnakeClient
from asnake.jsonmodel import JM
from asnake.utils import (find_closest_value, format_resource_id, get_date_display, get_note_text, get_object_locations,
                          get_orphans, walk_tree)

from archive import (arguments, box, check, component, corporate_entity, dated, in_box, location, person, resource,
                     saved, subject)

SERIES, FILES = 10, 49


def build(client, mark):
    """A repository, and everything that it describes."""
    made = {"code": f"SNAKE{mark}"}
    repo = saved(client.post("repositories", json=JM.repository(repo_code=made["code"], name="Snake Archive", publish=True)), "repository")
    made["repo"] = repo
    made["creator"] = saved(client.post("agents/people", json=person(f"Northcote {mark}", "Ada")), "agent")
    made["double"] = saved(client.post("agents/people", json=person(f"Northcott {mark}", "Ada")), "agent")
    made["club"] = saved(client.post("agents/corporate_entities", json=corporate_entity(f"Botany Club {mark}")), "agent")
    made["topic"] = saved(client.post("subjects", json=subject(f"Mosses {mark}")), "subject")
    made["other topic"] = saved(client.post("subjects", json=subject(f"Moss {mark}")), "subject")
    place = saved(client.post("locations", json=location(f"Snake House {mark}", "1")), "location")
    made["boxes"] = [
        saved(client.post(f"{repo}/top_containers", json=box(n, place, barcode=f"S{mark}{n:02}")), "box") for n in range(1, 6)
    ]
    made["root"] = saved(client.post(f"{repo}/resources", json=resource(
        "Papers of Ada Northcote", "MS", id_1="1", subjects=[{"ref": made["topic"]}, {"ref": made["other topic"]}],
        linked_agents=[{"ref": made["creator"], "role": "creator"}, {"ref": made["double"], "role": "subject"}],
        notes=[JM.note_singlepart(type="abstract", content=["Letters and herbaria."])],
    )), "resource")
    made["series"] = [
        saved(client.post(f"{repo}/archival_objects", json=component(f"Series {n}", "series", made["root"], component_id=f"S{n}")), "series")
        for n in range(SERIES)
    ]
    for n, series in enumerate(made["series"]):
        children = [component(f"File {n}.{m}", "file", made["root"], dates=[dated(str(1890 + m % 30), "1925")],
                              instances=[in_box(made["boxes"][n % 5])]) for m in range(FILES)]
        answer = client.post(f"{series}/children", json={"jsonmodel_type": "archival_record_children", "children": children})
        check(answer.status_code, 200, f"children: {answer.text}")
    return made


def read(client, made):
    """One, pages, numbers, the tree, resolved."""
    repo, root = made["repo"], made["root"]
    check(client.get(root).json()["title"], "Papers of Ada Northcote", "title")
    nodes = f"{repo}/archival_objects"
    ids = client.get(nodes, params={"all_ids": True}).json()
    check(len(ids), SERIES * (FILES + 1), "numbers of nodes")
    paged = [node["uri"] for node in client.get_paged(nodes, page_size=100)]
    check([uri.rsplit("/", 1)[1] for uri in paged], [str(n) for n in ids], "nodes in pages of a hundred")
    for params in ({"id_set": ",".join(map(str, ids[:2]))}, {"id_set": ids[:2]}):
        check(len(client.get(nodes, params=params).json()), 2, f"records by number: {params}")
    top = client.get(f"{root}/tree/root").json()
    check([entry["title"] for entry in top["precomputed_waypoints"][""]["0"]], [f"Series {n}" for n in range(SERIES)], "top level")
    below = client.get(f"{root}/tree/waypoint", params={"offset": 0, "parent_node": made["series"][3]}).json()
    check([entry["title"] for entry in below[:2]] + [len(below)], ["File 3.0", "File 3.1", FILES], "files of a series")
    one = client.get(below[7]["uri"], params={"resolve": ["resource", "ancestors", "top_container::container_locations"]}).json()
    check(one["resource"]["_resolved"]["id_1"], "1", "resolved resource")
    held = one["instances"][0]["sub_container"]["top_container"]["_resolved"]
    check(held["container_locations"][0]["_resolved"]["room"], "1", "a location in a container in a component")
    return below


def by_objects(url, user, password, made):
    """The abstraction layer walks the same things as objects."""
    aspace = ASpace(baseurl=url, username=user, password=password)
    mine = next(r for r in aspace.repositories if r.repo_code == made["code"])
    check([r.title for r in mine.resources], ["Papers of Ada Northcote"], "resources as objects")
    papers = aspace.from_uri(made["root"])
    check([agent.role for agent in papers.linked_agents], ["creator", "subject"], "roles")
    check(papers.subjects[0].title.startswith("Mosses"), True, "a subject followed from its reference")
    check(len(papers.tree.children), SERIES, "children of the root")
    series = aspace.from_uri(made["series"][2])
    check(len(list(series.tree.walk)), FILES + 1, "a branch walked")
    check(papers.tree.node(made["series"][2]).child_count, FILES, "what the tree says of a node")
    found = list(mine.search.with_params(q="File 4.44 AND primary_type:archival_object"))
    check("File 4.44" in [hit.title for hit in found], True, "search as objects")
    held = list(mine.top_containers.search.with_params(q="box"))
    check(len(held), 5, "containers of the index")
    check(aspace.agents.people(int(made["creator"].rsplit("/", 1)[1])).names[0].rest_of_name, "Ada", "an agent by number")
    check(aspace.users.current_user.username, user, "current user")


def with_utilities(client, made, below):
    papers, file = client.get(made["root"]).json(), client.get(below[0]["uri"]).json()
    check(format_resource_id(papers, client, "."), "MS.1", "identifier")
    check(get_note_text(papers["notes"][0], client), ["Letters and herbaria."], "text of a note")
    check(get_date_display(file["dates"][0], client), "1890-1925", "a date in words")
    check(find_closest_value(file["uri"], "subjects", client)[0]["ref"], made["topic"], "inherited")
    check([place["room"] for place in get_object_locations(file["uri"], client)], ["1"], "where it stands")
    check(len(list(get_orphans([file, papers], "subjects", client))), 1, "what has no subject")
    walked = [node["title"] for node in walk_tree(made["series"][1], client)]
    check((walked[:2], len(walked)), (["Series 1", "File 1.0"], FILES + 1), "walked from a node")


def searching(client, made):
    repo = made["repo"]
    params = {"q": "title:File", "type": ["archival_object"], "facet": ["primary_type"], "page_size": 50}
    found = list(client.get_paged(f"{repo}/search", params=params, page_size=250))
    check(len(found), SERIES * FILES, "hits in pages")
    answer = client.get(f"{repo}/search", params={**params, "page": 1}).json()
    check(answer["facets"]["facet_fields"]["primary_type"], ["archival_object", SERIES * FILES], "facet")
    by_id = client.get(f"{repo}/find_by_id/resources", params={"identifier": ['["MS","1"]']}).json()
    check(by_id["resources"], [{"ref": made["root"]}], "found by identifier")
    by_id = client.get(f"{repo}/find_by_id/archival_objects", params={"component_id": ["S4"], "resolve": ["archival_objects"]}).json()
    check(by_id["archival_objects"][0]["_resolved"]["title"], "Series 4", "found by component ID")


def editing(client, made, below):
    """Edits in bulk, the refusal of what is out of date, moves, publication."""
    for entry in below:
        doc = client.get(entry["uri"]).json()
        doc["title"] = doc["title"].replace("File", "Folder")
        saved(client.post(entry["uri"], json=doc), "an edit", "Updated")
    stale = client.post(doc["uri"], json=doc)
    check(stale.status_code, 409, "a stale update")
    titles = [entry["title"] for entry in client.get(f"{made['root']}/tree/waypoint", params={"offset": 0, "parent_node": made["series"][3]}).json()]
    check(titles, [f"Folder 3.{m}" for m in range(FILES)], "after an edit in bulk")
    accept = client.post(f"{made['series'][0]}/accept_children", params={"children": [entry["uri"] for entry in below[:5]], "position": 0})
    check(accept.status_code, 200, f"accept_children: {accept.text}")
    moved = client.post(f"{made['series'][9]}/parent", params={"position": 0})
    check(moved.status_code, 200, f"move: {moved.text}")
    top = client.get(f"{made['root']}/tree/root").json()["precomputed_waypoints"][""]["0"]
    check([(entry["title"], entry["child_count"]) for entry in top[:2]], [("Series 9", FILES), ("Series 0", FILES + 5)], "after moves")
    bulk = client.post(f"{made['repo']}/top_containers/bulk/barcodes", json={made["boxes"][0]: "SWAP1", made["boxes"][1]: "SWAP2"})
    check(len(bulk.json()["updated"]), 2, "barcodes in bulk")
    check(client.post(f"{made['root']}/publish").status_code, 200, "publish")
    check(len(client.get(f"{made['root']}/ordered_records").json()["uris"]), SERIES * (FILES + 1) + 1, "all published")
    check(client.get(made["creator"]).json()["is_linked_to_published_record"], True, "linked to a published record")


def merging(client, made):
    for kind, into, gone in (("agent", made["creator"], made["double"]), ("subject", made["topic"], made["other topic"])):
        answer = client.post(f"merge_requests/{kind}", json=JM.merge_request(
            uri=f"merge_requests/{kind}", merge_destination={"ref": into}, merge_candidates=[{"ref": gone}]))
        check(answer.json().get("status"), "Merged", f"merge: {answer.text}")
        check(client.get(gone).status_code, 404, "a merged record")
    papers = client.get(made["root"]).json()
    check([agent["ref"] for agent in papers["linked_agents"]], [made["creator"]] * 2, "agents after the merge")
    check([link["ref"] for link in papers["subjects"]], [made["topic"]], "subjects after the merge")


def deleting(client, made, since):
    check(client.delete(made["series"][1]).json().get("status"), "Deleted", "delete")
    answer = client.post("batch_delete", params={"record_uris": [made["series"][2], made["club"]]})
    check((answer.status_code, answer.json().get("status")), (200, "OK"), f"batch: {answer.text}")
    gone = set(client.get_paged("delete-feed", params={"modified_since": since}))
    wanted = {made["series"][1], made["series"][2], made["club"], made["double"], made["other topic"]}
    check(wanted - gone, set(), "told as deleted")
    ids = client.get(f"{made['repo']}/archival_objects", params={"all_ids": True}).json()
    check(len(ids), SERIES * (FILES + 1) - 2 * (FILES + 1), "what stays")
    check(len({uri for uri in gone if uri.startswith(f"{made['repo']}/archival_objects/")}), 2 * (FILES + 1), "nodes told as deleted")


def main():
    url, password, user = arguments()
    client = ASnakeClient(baseurl=url, username=user, password=password)
    client.authorize()
    check(client.get("users/current-user").json()["username"], user, "current user")
    since = int(time.time()) - 1
    made = build(client, since)
    below = read(client, made)
    by_objects(url, user, password, made)
    with_utilities(client, made, below)
    searching(client, made)
    editing(client, made, below)
    merging(client, made)
    deleting(client, made, since)
    check(client.post("logout").json()["status"], "session_logged_out", "log out")
    print("ok")


if __name__ == "__main__":
    main()
