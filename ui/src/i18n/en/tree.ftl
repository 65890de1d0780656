# A collection with its tree.
tree-of = Tree of { $title }
tree-menu = More for the selected component
components = { $count ->
    [0] no components
    [one] 1 component
   *[other] { $count } components
}
column-title = Title
column-dates = Dates
column-box = Box
column-marks = Marks
rename-label = New title
renamed = Renamed to “{ $title }”.
renamed-draft = “{ $title }” is kept as a draft: the record has something to put right.
moved = { $count ->
    [one] “{ $title }” moved.
   *[other] { $count } components moved.
}
deleted = { $count ->
    [one] “{ $title }” deleted.
   *[other] { $count } components deleted.
}
dragged = { $count ->
    [one] 1 component
   *[other] { $count } components
}
