from .rights import GROUPS, NEIGHBORS, RightsCase, public_methods
import json

class TestRights(RightsCase):
    def test_probe(self):
        out = {}
        with self.enter_registry_test_mode():
            for label, record in self.records['own'].items():
                model = record._name
                for m in sorted(public_methods(self.env[model])):
                    if m in ('create','write','unlink','button_cancel','action_register_payment','action_send_and_print'): continue
                    may=[];nb=[]
                    for u in (*GROUPS, *NEIGHBORS):
                        own=self.owner(u)
                        foreign = 'neighbor' if own=='own' else 'own'
                        for where,acc in ((own,may),(foreign,nb)):
                            try:
                                api = getattr(getattr(type(self.env[model]),m),'_api_model',False)
                                r=self.allows(u, model, m, None if api else self.records[where][label], qbo_field='income_account_id')
                                if r: acc.append(u)
                            except Exception as e:
                                acc.append(f'{u}!{type(e).__name__}:{str(e)[:60]}')
                    print('CELL', label, m, may, 'FOREIGN', nb)
