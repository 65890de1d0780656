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
duplicated = “{ $title }” duplicated.
tree-find = Find in this tree
tree-find-hits = { $count ->
    [0] nothing
   *[other] { $at } of { $count }
}
tree-find-previous = Previous hit (Shift Enter)
tree-find-next = Next hit (Enter)
tree-find-close = Close and stay here
tree-move-to = Move to…
move-to-title = { $count ->
    [one] Move “{ $title }”
   *[other] Move { $count } components
}
move-to-parent = New place
move-to-top = top level
move-to-help = It goes behind what is in that place already.
