def migrate(cr, _version):
    """Open the second level of adopted texts without an answer, where the first opens so.

    A level is known again by kind and place; an office that has its own reading of the
    first level keeps it for the second.
    """
    cr.execute(
        """
        UPDATE complaint_appeal_level AS own
           SET silence_of = shipped.silence_of
          FROM complaint_appeal_level AS shipped, complaint_regulation AS text
         WHERE text.id = own.regulation_id
           AND shipped.regulation_id = text.template_id
           AND shipped.kind = own.kind
           AND shipped.sequence = own.sequence
           AND own.silence_of IS NULL
           AND EXISTS (
                SELECT FROM complaint_appeal_level AS below
                 WHERE below.regulation_id = own.regulation_id
                   AND below.sequence < own.sequence
                   AND below.silence_of IS NOT NULL
           )
        """
    )
