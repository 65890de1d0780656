# Conflicts and comparison.
conflicts-list = Records in conflict
conflicts-none = Nothing is in conflict
conflicts-note = Changes that do not touch each other are joined without asking.
conflict-edited = { $count ->
    [one] 1 field
   *[other] { $count } fields
}
conflict-gone = removed on the server while you edited
conflict-deleted = changed on the server after you deleted
conflict-edited-lead = { $count ->
        [one] One field was changed in both places.
       *[other] { $count } fields were changed in both places.
    } What was changed in one place only is joined already.
conflict-gone-lead = { $by } removed this record on the server while you edited it here. Your text is kept.
conflict-deleted-lead = You deleted this record here; meanwhile { $by } changed it on the server.
conflict-merged-lead = This record was merged into { $title } on the server while you edited it here. Your text is kept.
open-merged = Open { $title }
carry-over = Put my changes there
carried-over = Your changes of { $title } are a draft of the other record: look through it and save.
somebody = Somebody
open-record = Open the record
conflict-fields = Fields in conflict
side-base = Before
side-base-more = what both began from
side-mine = Mine
side-mine-more = on this computer
side-theirs = Theirs
side-theirs-more = on the server
side-both = Both
side-both-more = as two items, mine first
choose-side = { $field }: { $side }
access = Access
no-value = no value
fields-left = { $count ->
    [0] All fields are decided.
    [one] 1 field left:
   *[other] { $count } fields left, next:
}
finish = Finish
finish-not-yet = { $count ->
    [one] 1 field is not decided yet
   *[other] { $count } fields are not decided yet
}
all-the-rest = All the rest
rest-mine = Take mine
rest-theirs = Take theirs
conflict-whole = The whole record is to be decided.
take-mine-gone = Make it again
take-theirs-gone = Let it go
take-mine-deleted = Delete it there too
take-theirs-deleted = Take theirs back
conflict-decided = Decided: { $title }.
