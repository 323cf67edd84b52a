"""What the ways in to an account are to its holder, and the address of their calendar."""

from program.personal.holdings import Erasing, Holding

DELETE = Erasing.DELETE

OF_WAYS_IN = {
    "authenticator": Holding(
        "account_id",
        DELETE,
        title="Your authenticator",
        shown="created_at confirmed_at",
        withheld="secret last_step",
        inner="account_id",
    ),
    "calendar_feed": Holding(
        "account_id",
        DELETE,
        title="The address of your calendar",
        shown="made_at",
        withheld="token_hash",
        inner="account_id",
    ),
    "oidc_identity": Holding(
        "account_id",
        DELETE,
        title="Other providers' accounts",
        shown="issuer subject created_at",
        inner="id account_id",
    ),
    "passkey": Holding(
        "account_id",
        DELETE,
        title="Your passkeys",
        shown="name transports created_at last_used_at",
        withheld="credential_id public_key",
        inner="id account_id sign_count",
    ),
    "passkey_holder": Holding("account_id", DELETE, withheld="handle", inner="account_id"),
    "password": Holding(
        "account_id", DELETE, title="Your password", shown="changed_at", withheld="hash", inner="account_id"
    ),
    "recovery_code": Holding(
        "account_id",
        DELETE,
        title="Your recovery codes",
        shown="used_at",
        withheld="code_hash",
        inner="id account_id",
    ),
    "sign_in_link": Holding(
        "account_id",
        DELETE,
        title="Links to sign in",
        shown="created_at expires_at redeemed_at",
        withheld="nonce token_hash",
        inner="id account_id",
    ),
    "sign_in_session": Holding(
        "account_id",
        DELETE,
        title="Where you signed in",
        shown="device created_at expires_at ended_at method address last_seen_at",
        withheld="token_hash",
        inner="id account_id proved_at second_factor_at looks_as_id",
    ),
    "spent_challenge": Holding(withheld="challenge_hash", inner="expires_at"),
}
