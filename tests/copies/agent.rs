//! The allocations of a step of an agent above its call of the model.

use async_trait::async_trait;
use outcrop::{
    Agent, ModelClient, ModelError, ModelRequest, ResponseStream, Role, Tool, ToolCallContent,
    UnifiedMessage, UnifiedResponse,
};
use stats_alloc::Region;

use crate::ALLOCATOR;

/// The allocations that a step may add to its call. It has 23, and a short call about 190.
const LIMIT: usize = 30;

/// A client whose responses are ready: a tool call, then a text.
#[derive(Debug)]
struct Ready {
    call: UnifiedResponse,
    text: UnifiedResponse,
}

#[async_trait]
impl ModelClient for Ready {
    fn provider(&self) -> &str {
        "ready"
    }

    async fn create(&self, request: &ModelRequest) -> Result<UnifiedResponse, ModelError> {
        let is_result = request.messages.last().is_some_and(|message| message.role == Role::Tool);
        Ok(if is_result { self.text.clone() } else { self.call.clone() })
    }

    async fn create_stream(&self, request: &ModelRequest) -> Result<ResponseStream, ModelError> {
        self.create(request).await.map(ResponseStream::replay)
    }
}

/// Runs a step and returns its allocations.
fn allocations(step: impl FnOnce()) -> usize {
    let region = Region::new(ALLOCATOR);
    step();
    region.change().allocations
}

/// Checks the allocations of a run of two steps with one tool, without those of its calls.
pub(crate) fn step_allocates_little_above_its_call() {
    let response = |message| UnifiedResponse::new("r-1", "some-model", "ready", vec![message]);
    let call = ToolCallContent::new("call_1", "get_weather", r#"{"city":"Lisbon"}"#);
    let client = Ready {
        call: response(UnifiedMessage::new(Role::Assistant, vec![call.into()])),
        text: response(UnifiedMessage::assistant("It is sunny.")),
    };
    let calls = allocations(|| drop((client.call.clone(), client.text.clone())));
    let tool = Tool::without_input("get_weather", || async { "sunny" });
    let agent = Agent::builder(client, "some-model").tool(tool).build();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    let run = || {
        let run = runtime.block_on(agent.run("What is the weather in Lisbon?")).unwrap();
        assert_eq!(run.steps().len(), 2);
    };
    // The first run allocates what is kept.
    run();
    let step = (allocations(run) - calls) / 2;
    println!("allocations of a step above its call: {step}");
    assert!(step <= LIMIT, "{step}");
}
