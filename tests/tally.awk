# SPDX-License-Identifier: GPL-2.0
# Passes the KTAP of one part on, two spaces further in, and counts its leaves:
# a result that closes a subtest is none, unless it fails where all below it
# passed. A plan that is not fulfilled is a failure.
#
#	-v part=NAME -v tally=FILE	FILE gets "passed failed skipped"

function complain(text) {
	print "  # " part ": " text
	failed++
}

# The subtest at this depth is over: has it kept its plan?
function close_level(depth) {
	if (depth in plan && plan[depth] != seen[depth])
		complain("planned " plan[depth] " results, got " seen[depth] + 0)
	delete plan[depth]
	delete seen[depth]
	delete bad[depth]
}

function close_below(depth,	d) {
	for (d = depth + 1; d <= deepest; d++)
		if (d in seen || d in plan)
			close_level(d)
}

function count_leaf(good) {
	if (/# *SKIP/)
		skipped++
	else if (good || /# *XFAIL/)
		passed++
	else
		failed++
}

function result(depth, good,	d, parent, explained) {
	for (d = depth + 1; d <= deepest; d++)
		if (d in seen || d in plan) {
			parent = 1
			explained = explained || bad[d] || plan[d] != seen[d]
		}
	close_below(depth)
	seen[depth]++
	if (!good)
		bad[depth]++
	if (!parent)
		count_leaf(good)
	else if (!good && !explained)
		complain("a subtest failed, but nothing in it did")
}

{
	print "  " $0
	fflush()
	match($0, /^ */)
	depth = RLENGTH / 2
	text = substr($0, RLENGTH + 1)
	if (depth > deepest)
		deepest = depth
}

text ~ /^1\.\.[0-9]+/ {
	plan[depth] = substr(text, 4) + 0
	seen[depth] += 0
}

text ~ /^ok [0-9]+/ { result(depth, 1) }

text ~ /^not ok [0-9]+/ { result(depth, 0) }

END {
	close_below(-1)
	if (passed + failed + skipped == 0)
		complain("not a single result")
	print passed + 0, failed + 0, skipped + 0 > tally
}
