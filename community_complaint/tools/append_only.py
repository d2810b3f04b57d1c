"""What is on file stays: no ORM."""

#: Context value ``complaint_purge`` of the routine that deletes after retention or by
#: order; nobody can send this object from outside.
PURGE = object()

#: What a message says; everything else on it is how it was delivered.
MESSAGE_CONTENT = frozenset(
    {
        "attachment_ids",
        "author_guest_id",
        "author_id",
        "body",
        "date",
        "email_from",
        "is_internal",
        "message_id",
        "message_type",
        "model",
        "parent_id",
        "partner_ids",
        "record_name",
        "reply_to",
        "reply_to_force_new",
        "res_id",
        "subject",
        "subtype_id",
        "tracking_value_ids",
    }
)
#: What a file is, and who may get it.
FILE_CONTENT = frozenset(
    {
        "access_token",
        "checksum",
        "company_id",
        "datas",
        "db_datas",
        "mimetype",
        "name",
        "public",
        "raw",
        "res_field",
        "res_id",
        "res_model",
        "store_fname",
        "type",
        "url",
    }
)
