def migrate(cr, _version):
    """Give the levels of adopted texts the words of their templates, in every language.

    A level is known again by kind and place; what an office wrote itself stays.
    """
    cr.execute(
        """
        UPDATE complaint_appeal_level AS own
           SET paper_title = COALESCE(own.paper_title, shipped.paper_title),
               request_word = COALESCE(own.request_word, shipped.request_word),
               one_higher = shipped.one_higher
          FROM complaint_appeal_level AS shipped, complaint_regulation AS text
         WHERE text.id = own.regulation_id
           AND shipped.regulation_id = text.template_id
           AND shipped.kind = own.kind
           AND shipped.sequence = own.sequence
        """
    )
