"""What every kind of notice says: its title and its line, as English msgids whose braces a notice's facts fill."""


def N_(msgid: str) -> str:
    """Marks a msgid that stands in a table, so that Babel finds it; it is said where the table is read."""
    return msgid


# kind → (title, line)
KINDS: dict[str, tuple[str, str]] = {
    "task_assigned": (N_("New task: {name}"), N_("{unit_name}: {name}, due {due_at}")),
    "task_due_soon": (N_("Due soon: {name}"), N_("{unit_name}: {name} is due {due_at}")),
    "task_overdue": (N_("Overdue: {name}"), N_("{unit_name}: {name} was due {due_at} and is not done")),
    "task_missed": (N_("Missed: {name}"), N_("{unit_name}: {name} was not done; it was due {due_at}")),
    "task_rejected": (N_("Sent back: {name}"), N_("{unit_name}: {name} was sent back: {reason}")),
    "task_cancelled": (N_("Called off: {name}"), N_("{unit_name}: {name} was called off: {reason}")),
    "task_escalated": (N_("Overdue, comes to you: {name}"), N_("{unit_name}: {name} is not done since {due_at}")),
    "hazard_assigned": (N_("A hazard to rectify: {name}"), N_("{unit_name}: {name}, to be closed by {due_at}")),
    "hazard_reported": (N_("A hazard was reported: {name}"), N_("{unit_name}: {code} {name}, to be assigned")),
    "hazard_accepted": (N_("Accepted: {name}"), N_("{unit_name}: the rectification of {code} {name} is accepted")),
    "hazard_due_soon": (N_("Due soon: {name}"), N_("{unit_name}: the hazard {code} {name} is due {due_at}")),
    "hazard_overdue": (N_("Overdue: {name}"), N_("{unit_name}: the hazard {name} was due {due_at} and is not closed")),
    "hazard_escalated": (
        N_("A hazard overdue, comes to you: {name}"),
        N_("{unit_name}: the hazard {name} is not closed since {due_at}"),
    ),
    "hazard_submitted": (N_("To accept: {name}"), N_("{unit_name}: the hazard {code} {name} is said to be rectified")),
    "hazard_approve": (N_("To approve: {name}"), N_("{unit_name}: the major hazard {code} {name} waits for approval")),
    "hazard_rejected": (N_("Sent back: {name}"), N_("{unit_name}: the hazard {code} {name} was sent back: {reason}")),
    "hazard_extended": (N_("Extended: {name}"), N_("{unit_name}: the hazard {code} {name} is now due {due_at}")),
    "hazard_supervised": (N_("Under supervision: {name}"), N_("{unit_name}: the hazard {code} {name} is supervised")),
    "hazard_delisted": (N_("Delisted: {name}"), N_("{unit_name}: the hazard {code} {name} is supervised no longer")),
    "hazard_closed": (N_("Closed: {name}"), N_("{unit_name}: the hazard {code} {name} is closed")),
    "hazard_void": (N_("Void: {name}"), N_("{unit_name}: the hazard {code} {name} is void: {reason}")),
    "hazard_rebounded": (
        N_("Rebounded: {name}"),
        N_("{unit_name}: the hazard {code} {name} is there again, to be closed by {due_at}"),
    ),
    "recheck_due": (N_("To look back at: {name}"), N_("{unit_name}: the hazard {code} {name}, to be seen by {due_at}")),
    "recheck_due_soon": (N_("Look back soon: {name}"), N_("{unit_name}: {code} {name} must be seen by {due_at}")),
    "recheck_missed": (N_("Look-back missed: {name}"), N_("{unit_name}: {code} {name} was to be seen by {due_at}")),
    "recheck_overdue": (
        N_("Look-back missed: {name}"),
        N_("{unit_name}: {name} was to be looked back at by {due_at}"),
    ),
    "recheck_escalated": (
        N_("Look-back missed, comes to you: {name}"),
        N_("{unit_name}: nobody looked back at {name}, which was to be seen by {due_at}"),
    ),
    "recheck_blocked": (N_("Could not be seen: {name}"), N_("{unit_name}: {code} {name}; the next look is {due_at}")),
    "recheck_waived": (N_("Look-back waived: {name}"), N_("{unit_name}: {code} {name}: {reason}")),
    "escalated": (N_("Overdue, comes to you: {name}"), N_("{unit_name}: {name} is not done since {due_at}")),
    "still_open": (N_("Still open: {name}"), N_("{unit_name}: {name} is still not done; it was due {due_at}")),
    "duty_assigned": (N_("On duty: {name}"), N_("{unit_name}: {name}, you are on duty from {due_at} as {role_name}")),
    "duty_moved": (N_("Your duty was moved: {name}"), N_("{unit_name}: {name}, your duty now begins {due_at}")),
    "duty_freed": (N_("Off duty: {name}"), N_("{unit_name}: {name}, the duty of {due_at} is not yours any more")),
    "duty_soon": (N_("On duty soon: {name}"), N_("{unit_name}: {name}, your duty begins {due_at}")),
    "duty_absent": (
        N_("Absent from post: {name}"),
        N_("{unit_name}: {name}, {role_name} {person_name}{phone} is not at the post; the duty began {due_at}"),
    ),
    "duty_gap": (
        N_("A duty is vacant: {name}"),
        N_("{unit_name}: {name}, {person_name} can't serve from {due_at}; a {role_name} is missing"),
    ),
    "duty_gaps": (N_("Duties are vacant: {name}"), N_("{unit_name}: {name}, {n} are vacant, the first on {due_at}")),
    "duty_handover_due": (N_("Hand over: {name}"), N_("{unit_name}: {name}, the duty of {due_at} is not handed over")),
    "duty_handed_over": (
        N_("Handed over to you: {name}"),
        N_("{unit_name}: {name}, {person_name} hands over, {n} matters are open. {note}"),
    ),
    "duty_table_due": (N_("Duty table owed: {name}"), N_("{unit_name}: {name}, the table of {from_on} to {to_on}")),
    "presence_check_due": (
        N_("Check presence: {name}"),
        N_("{unit_name}: {name}, see at {due_at} whether {role_name} {person_name}{phone} is at the post"),
    ),
    "swap_asked": (
        N_("A swap is asked of you: {name}"),
        N_("{unit_name}: {name}, {person_name} asks you to serve from {due_at} as {role_name}{in_return}. {reason}"),
    ),
    "swap_declined": (
        N_("The swap was declined: {name}"),
        N_("{unit_name}: {name}, {person_name} does not take the duty of {due_at}. {reason}"),
    ),
    "incident_reported": (N_("{kind_name}: {name}"), N_("{unit_name}: {code} {name}, {happened_at}. {casualties}")),
    "incident_report_due": (
        N_("To report upward: {name}"),
        N_("{unit_name} has to report {code} {name} to {to_name} by {due_at}. {casualties}"),
    ),
    "incident_overdue": (
        N_("The report upward is late: {name}"),
        N_("{unit_name}: the report upward of {name} was due {due_at} and is not made"),
    ),
    "incident_escalated": (
        N_("A late report upward comes to you: {name}"),
        N_("{unit_name} has not reported {name} upward since {due_at}"),
    ),
    "incident_open": (
        N_("Still not reported upward: {name}"),
        N_("{unit_name} has still not reported {name} upward; it was due {due_at}"),
    ),
    "incident_came": (
        N_("Reported to you: {name}"),
        N_("{from_name}: {code} {name}, {happened_at}. {casualties} {text}"),
    ),
    "incident_corrected": (N_("Corrected: {name}"), N_("{unit_name}: {code} {name}. {casualties} {reason}")),
    "incident_closed": (N_("Closed: {name}"), N_("{unit_name}: {code} {name} is closed: {reason}")),
    "incident_void": (N_("Void: {name}"), N_("{unit_name}: {code} {name} is void: {reason}")),
    "alert": (N_("Warning: {name}"), N_("{acknowledge} {unit_name}: {text} {validity}")),
    "alert_chased": (
        N_("Nobody has acknowledged the warning: {name}"),
        N_("{acknowledge} {unit_name} is silent since {due_at}: {name}"),
    ),
    "alert_open": (
        N_("Still silent on the warning: {name}"),
        N_("{acknowledge} {unit_name} is still silent since {due_at}: {name}"),
    ),
    "alert_silent": (
        N_("{n} of {total} are silent: {name}"),
        N_("{n} of the {total} units have not acknowledged {code} {name}"),
    ),
    "alert_ended": (N_("The warning is over: {name}"), N_("{unit_name}: {code} {name} is over. {reason}")),
    "alert_cancelled": (N_("The warning is taken back: {name}"), N_("{unit_name}: {code} {name}: {reason}")),
    "minutes_due_soon": (N_("Minutes due soon: {name}"), N_("{unit_name}: the minutes of {name} are due {due_at}")),
    "minutes_overdue": (
        N_("Minutes overdue: {name}"),
        N_("{unit_name}: the minutes of {name} were due {due_at} and are not written"),
    ),
    "minutes_escalated": (
        N_("Minutes overdue, comes to you: {name}"),
        N_("{unit_name}: the minutes of {name} are not written since {due_at}"),
    ),
    "document_due_soon": (N_("To revise: {name}"), N_("{unit_name}: {name} must be revised by {due_at}")),
    "document_overdue": (
        N_("Revision overdue: {name}"),
        N_("{unit_name}: {name} was to be revised by {due_at} and is not"),
    ),
    "document_escalated": (
        N_("Revision overdue, comes to you: {name}"),
        N_("{unit_name}: {name} has not been revised since {due_at}"),
    ),
    "expiry_due_soon": (N_("Expires soon: {name}"), N_("{unit_name}: {name} expires {due_at}, to be replaced")),
    "expiry_overdue": (N_("Expired: {name}"), N_("{unit_name}: {name} expired {due_at} and is not replaced")),
    "expiry_escalated": (
        N_("Expired, comes to you: {name}"),
        N_("{unit_name}: nobody has replaced {name}, which expired {due_at}"),
    ),
    "stock_short": (
        N_("Stock too small: {name}"),
        N_("{unit_name}: {quantity} {unit_word} of {name}, {minimum} are needed; to be made up by {due_at}"),
    ),
    "stock_due_soon": (N_("To make up: {name}"), N_("{unit_name}: the stock of {name} is to be made up by {due_at}")),
    "stock_overdue": (
        N_("Stock still too small: {name}"),
        N_("{unit_name}: the stock of {name} was to be made up by {due_at} and is not"),
    ),
    "stock_escalated": (
        N_("Stock too small, comes to you: {name}"),
        N_("{unit_name}: the stock of {name} has not been made up since {due_at}"),
    ),
    "report_drafted": (
        N_("Report drafted: {name}"),
        N_("{unit_name}: the report {name} is drafted; complete and freeze it"),
    ),
    "report_to_sign": (N_("To sign: {name}"), N_("{unit_name}: the report {name} is frozen and waits for a signature")),
    "report_signed": (N_("Signed: {name}"), N_("{unit_name}: the report {name} is signed and can be sent")),
    "report_received": (N_("Report received: {name}"), N_("{unit_name} has sent up its report {name}")),
    "report_corrected": (
        N_("Report corrected: {name}"),
        N_("{unit_name} has corrected its report {name}: {reason}"),
    ),
    "report_corrected_below": (
        N_("Corrected below: {name}"),
        N_("{unit_name} has corrected its report {name}, which yours sums: {reason}"),
    ),
    "channel_test": (N_("A test from zhiban"), N_("Messages for {unit_name} arrive here.")),
}
# what is owed by a date and has words of its own for it
DATED = frozenset({"minutes", "document", "expiry", "stock"})
OTHERS = (N_("{name}"), N_("{unit_name}: {name} ({kind})"))

WHY = N_("Why you get this: {kind} ({subject}), owed since {owed_at}.")
WHY_CASE = N_("Why you get this: case {case}, step {rung} of {rungs} of the policy {policy}, due {owed_at}.")
OF_PARENT = N_("It comes to you as the office above.")
PASSED_OVER = N_("Nobody holds level {levels}, which was passed over.")
STEP = N_("step {rung}, policy {policy}, due {owed_at}")
CASUALTIES = N_("{deaths} dead, {injured} injured, {missing} missing.")
TAP = N_("Acknowledge here, without signing in: {link}")
IN_RETURN = N_("; they would serve yours of {return_at}")
IN_FORCE, IN_FORCE_UNTIL = N_("In force until it is called off."), N_("In force until {until_at}.")
ON_PAGE = N_("Acknowledge it on the page of zhiban, under Alerts.")
UNASSIGNED = N_("Nobody is named for it.")
DIGEST = N_("{n} matters for you")
AND_MORE = N_("And {n} more; they are all on your page.")
AGAIN = N_("Sent again: nobody knows whether it arrived the first time.")
