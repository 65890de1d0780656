# Lists, search, facets.
splitter = Width of the list
search-in = Search in { $name }
search-hint = Words, “a phrase”, begin*, title:word
count = { $count }
records = { $count ->
    [one] record
   *[other] records
}
records-count = { $count ->
    [one] 1 record
   *[other] { $count } records
}
query-behind = { $count ->
    [one] 1 change is not searchable yet.
   *[other] { $count } changes are not searchable yet.
}
nothing-yet = Nothing found so far.
query-unread = “{ $place }” was not understood and is read as plain words.
untitled = Untitled
filter-remove = Remove the filter { $value }
facets = Filters
facets-none = Nothing to filter by
facet-more = { $count } more
facet-fewer = Fewer
facet-kind = Kind
facet-level = Level
facet-linked_agents = Agent
facet-agents = Agent
facet-subjects = Subject
facet-publish = Published
    .true = Yes
    .false = No
facet-language = Language
facet-extent_type = Extent
facet-source = Source
facet-acquisition_type = Acquisition
facet-resource_type = Kind of material
facet-container_type = Container

nothing-found = No record has “{ $query }”
nothing-filtered = No record fits these filters
nothing-where = in { $repository }
try-without-filters = without the filters
try-all-kinds = in all kinds of records
empty-title = No { $name } yet
empty-other = What is made or imported appears here.
empty-resource = A collection is described here as a whole and, in its tree, down to its files and items.
empty-accession = An accession records what came in, from whom and when. Collections are made from it later.
empty-agent = People, families and organisations that made, collected or appear in the records.
empty-subject = Topics, places, genres and functions that records are found by.
empty-digital_object = A digital object points at files: scans, photographs, recordings.
empty-top_container = Boxes, volumes and drawers that hold the material.
import-button = Import…
column-title-passage = Title and passage
column-part-of = Part of

# Several records at once.
selection = Selected records
selected = { $count ->
    [one] 1 record selected
   *[other] { $count } records selected
}
select-all-of = Select all { $count }
selection-publish = Publish
selection-unpublish = Unpublish
selection-delete = Delete
selection-clear = Select nothing
selection-deleted = { $count ->
    [one] “{ $title }” deleted.
   *[other] { $count } records deleted.
}
selection-published = { $count ->
    [one] “{ $title }” is published.
   *[other] { $count } records are published.
}
selection-unpublished = { $count ->
    [one] “{ $title }” is not published any more.
   *[other] { $count } records are not published any more.
}
