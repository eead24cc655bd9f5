//! From a request to its answer: the order of the checks, the faults around them, and the record of the request.

use super::actions::{self, Action};
use super::connection::Delivery;
use super::constraints;
use super::faults::Fault;
use super::http::{Request, Response};
use super::iam;
use super::model::Call;
use super::s3;
use super::signature;
use super::signin;
use super::sources;
use super::state::State;
use super::xml::ServiceError;

/// A request's parameters, of the query and of the form.
pub struct Params(pub Vec<(String, String)>);

impl Params {
    fn of(request: &Request) -> Self {
        let query = form_urlencoded::parse(request.query().as_bytes());
        let form = if request.method == "POST" { request.body.as_slice() } else { &[] };
        Self(query.into_owned().chain(form_urlencoded::parse(form).into_owned()).collect())
    }

    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }
}

/// The result of a request that was processed.
struct Processed {
    answer: Result<Response, ServiceError>,
    code_spent: bool,
}

/// Answers a request as STS does, or with this fault or the pending one, and records it.
pub fn answer(state: &mut State, request: &Request, fault: Option<Fault>) -> Delivery {
    if fault.is_none() && signature::claimed_service(request) == Some("s3") {
        return Delivery::Whole(s3::answer(state, request));
    }
    let params = Params::of(request);
    if fault.is_none()
        && let Some(response) = sources::answer(state, request, &params)
    {
        return Delivery::Whole(response);
    }
    if fault.is_none() && request.path().ends_with(signin::PATH) {
        if let Some((delivery, _)) = state.signin_faults.next().and_then(|fault| fault.instead("123456789012")) {
            return delivery;
        }
        return Delivery::Whole(signin::answer(state, request, params));
    }
    if fault.is_none() && params.get("Action").is_some_and(|action| iam::ACTIONS.contains(&action)) {
        let fault = state.iam_faults.next();
        if let Some((delivery, _)) = fault.as_ref().and_then(|fault| fault.instead("123456789012")) {
            return delivery;
        }
        let response = iam::answer(state, request, params);
        let now = state.now();
        return match fault {
            Some(fault) => fault.spoil(response, now),
            None => Delivery::Whole(response),
        };
    }
    let access_key_id = signature::claimed_key(request).unwrap_or_default().to_owned();
    let account = state.key(&access_key_id).map_or_else(|| "123456789012".to_owned(), |key| key.caller.account);
    let fault = fault.or_else(|| state.faults.next());

    let instead = fault.as_ref().and_then(|fault| fault.instead(&account));
    let (delivery, outcome, code_spent) = instead.map_or_else(
        || process_and_deliver(state, request, &params, fault.as_ref()),
        |(delivery, word)| (delivery, word, false),
    );
    state.calls.push(Call {
        action: params.get("Action").unwrap_or_default().to_owned(),
        access_key_id,
        outcome,
        user_agent: request.header("user-agent").unwrap_or_default().to_owned(),
        code_spent,
        fault,
        params: params.0,
    });
    delivery
}

fn process_and_deliver(
    state: &mut State,
    request: &Request,
    params: &Params,
    fault: Option<&Fault>,
) -> (Delivery, String, bool) {
    let Processed { answer, code_spent } = process(state, request, params);
    let (response, outcome) = match answer {
        Ok(response) => (response, "ok"),
        Err(error) => (error.response(), error.code),
    };
    let now = state.now();
    let delivery = match fault {
        Some(fault) => fault.spoil(response, now),
        None => Delivery::Whole(response),
    };
    (delivery, outcome.to_owned(), code_spent)
}

/// Runs the checks in STS's order: signature, action, constraints; the action then does its own.
fn process(state: &mut State, request: &Request, params: &Params) -> Processed {
    let mut code_spent = false;
    let is_known = signature::claimed_key(request).is_none_or(|id| state.use_key(id));
    let checked = if is_known { signature::check(state, request, "sts") } else { Err(signature::invalid_token()) };
    let answer = checked.and_then(|caller| {
        let action = Action::of(request, params)?;
        constraints::check(action, params)?;
        actions::run(state, &caller, action, params, &mut code_spent)
    });
    Processed { answer, code_spent }
}
