"""Events in plain words."""

from program.audit.models import AuditEvent, Tag

WORDS: dict[Tag, str] = {
    Tag.ACCOUNT_CREATE: "made an account",
    Tag.SIGN_IN_REQUEST: "asked for a sign-in link",
    Tag.SIGN_IN: "signed in",
    Tag.SIGN_OUT: "signed out",
    Tag.ACCOUNT_UPDATE: "changed name or time zone",
    Tag.REPORT_SUBMIT: "submitted a report",
    Tag.REVIEW_ACCEPT: "accepted a report",
    Tag.REVIEW_RETURN: "returned a report",
    Tag.ASK_ANSWER: "answered an ask",
    Tag.WAVE_OPEN: "opened a survey wave",
    Tag.WAVE_CLOSE: "closed a survey wave",
    Tag.RELEASE_PUBLISH: "released a survey's summary",
    Tag.LOOK_AS_START: "began to look at the site as somebody else",
    Tag.LOOK_AS_END: "stopped looking at the site as somebody else",
    Tag.PASSKEY_ADD: "added a passkey",
    Tag.PASSKEY_REMOVE: "removed a passkey",
    Tag.PASSKEY_COPY: "used a passkey that may have been copied",
    Tag.OIDC_CONNECT: "connected another provider's account",
    Tag.OIDC_DISCONNECT: "disconnected another provider's account",
    Tag.SIGN_IN_REFUSE: "was not let in",
    Tag.INVITATION_SEND: "invited a person",
    Tag.INVITATION_WITHDRAW: "withdrew an invitation",
    Tag.INVITATION_ACCEPT: "accepted an invitation",
    Tag.ROLES_CHANGE: "changed a person's roles",
    Tag.ACCOUNT_DISABLE: "disabled an account",
    Tag.ACCOUNT_ENABLE: "enabled an account",
    Tag.SESSIONS_END: "signed other browsers out",
    Tag.AUTHENTICATOR_BEGIN: "began to set up an authenticator",
    Tag.AUTHENTICATOR_ADD: "set up an authenticator",
    Tag.AUTHENTICATOR_REMOVE: "removed the authenticator",
    Tag.CODES_MAKE: "made new recovery codes",
    Tag.CODE_USE: "used a recovery code",
    Tag.PASSWORD_SET: "set a password",
    Tag.PASSWORD_REMOVE: "removed the password",
    Tag.PROOF: "showed once more who they are",
    Tag.PROOF_REFUSE: "typed a wrong code",
    Tag.FACTORS_RESET: "removed a person's second factors",
    Tag.COHORT_CREATE: "set up a cohort",
    Tag.DATA_EXPORT: "took home what is held about them",
    Tag.ACCOUNT_ERASE: "erased a person",
    Tag.REPORT_BEGIN: "began a version of a report",
    Tag.ACCESS_REFUSE: "was refused",
    Tag.LIMIT_REACH: "tried something too often",
    Tag.LINK_REFUSE: "tried a link that does not work",
    Tag.PASSKEY_REFUSE: "showed a passkey that was not taken",
    Tag.FORM_REFUSE: "sent a form from another site",
    Tag.RETENTION_DELETE: "deleted what was old",
    Tag.AUDIT_PRUNE: "deleted old events of this record",
    Tag.AUDIT_EXPORT: "exported this record",
}
"""What somebody did, after their name."""


def details_of(event: AuditEvent) -> str:
    """What the event says beside the fact itself: "state submitted, revision 2"."""
    return ", ".join(f"{name.replace('_', ' ')} {value}" for name, value in event.after.items())


def words_for(tag: Tag) -> str:
    """The kind of event as people say it; as it is stored if nobody has said it yet."""
    return WORDS.get(tag, tag.replace(":", ", ").replace("_", " "))
