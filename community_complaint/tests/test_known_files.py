"""Files as an oracle, and keys to files: a copy in one's hand tells and opens nothing."""

import base64
import json

from odoo.service.model import call_kw
from odoo.tests import HttpCase, new_test_user, tagged

from .common import ComplaintCommon

CONTENT = b"What only the file of the case holds: 7731."


@tagged("post_install", "-at_install")
class TestKnownFiles(HttpCase, ComplaintCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.case = cls._complaint()
        cls.file = cls.env["ir.attachment"].create(
            {
                "name": "letter.txt",
                "raw": CONTENT,
                "mimetype": "text/plain",
                "res_model": "helpdesk.ticket",
                "res_id": cls.case.id,
            }
        )

    def _unique(self, user, content):
        data = base64.b64encode(content).decode()
        vals = {"name": "a.txt", "datas": data, "mimetype": "text/plain"}
        files = self.env["ir.attachment"].with_user(user)
        return call_kw(files, "create_unique", [[vals]], {})

    def test_who_has_a_copy_does_not_learn_that_it_was_handed_in(self):
        [found] = self._unique(self.employee_user, CONTENT)
        self.assertNotEqual(found, self.file.id)
        self.assertEqual(self._unique(self.employee_user, CONTENT), [found])
        self.assertEqual(self._unique(self.handler, CONTENT)[0], self.file.id)

    def test_residents_get_the_same_answer_whether_it_is_there_or_not(self):
        resident = new_test_user(
            self.env, login="resident.files", groups="base.group_portal"
        )
        ends = []
        for content in (CONTENT, b"nowhere"):
            try:
                with self.env.cr.savepoint():
                    ends.append(type(self._unique(resident, content)))
            except Exception as error:  # noqa: BLE001 - whatever it is must be the same
                ends.append(type(error))
        self.assertEqual(ends[0], ends[1])

    def test_the_messenger_gives_out_no_keys_to_files_on_file(self):
        message = self.case.message_post(body="x", attachment_ids=self.file.ids)
        self.authenticate(self.handler.login, self.handler.login)
        answer = self.make_jsonrpc_request(
            "/mail/thread/messages",
            {"thread_model": "helpdesk.ticket", "thread_id": self.case.id},
        )
        self.assertIn(message.id, answer["messages"])
        self.assertIn("letter.txt", json.dumps(answer))
        keys = [
            (item["id"], item[name])
            for item in answer["data"]["ir.attachment"]
            for name in item
            if name.endswith("_token") and item[name]
        ]
        self.logout()
        self.assertFalse(keys)
        for key in (
            self.file._get_raw_access_token(),
            self.file._get_ownership_token(),
            self.file._get_thumbnail_token(),
        ):
            page = self.url_open(f"/web/content/{self.file.id}?access_token={key}")
            self.assertEqual(page.status_code, 404)

    def test_keys_of_other_files_work(self):
        free = self.env["ir.attachment"].create({"name": "a.txt", "raw": b"free"})
        key = free._get_raw_access_token()
        page = self.url_open(f"/web/content/{free.id}?access_token={key}")
        self.assertEqual(page.content, b"free")
