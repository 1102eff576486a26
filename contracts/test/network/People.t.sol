// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { People } from "./People.sol";

/// @title Whatever people do with the real contracts, every wei of the 21,000,000 NXQ is where the books say it is.
contract PeopleTest is People {
    uint256 private constant STEPS = 150;
    uint256 private constant KINDS_OF_STEPS = 19;

    function setUp() public {
        setUpPeople();
    }

    /// forge-config: default.fuzz.runs = 32
    function testFuzz_noWeiIsLostWhateverPeopleDo(uint256 seed) public {
        this.tell(seed);
    }

    /// @dev What nobody does, no step checks.
    function test_peopleDoEverythingThatMovesMoney() public {
        uint256[] memory counts = new uint256[](KINDS_OF_STEPS);
        uint256 start = vm.snapshotState();
        for (uint256 seed = 1; seed <= 8; ++seed) {
            this.tell(seed);
            for (uint256 i = 0; i < KINDS_OF_STEPS; ++i) {
                counts[i] += countOf(_steps()[i]);
            }
            vm.revertToState(start);
        }
        for (uint256 i = 0; i < KINDS_OF_STEPS; ++i) {
            assertTrue(counts[i] > 0, _steps()[i]);
        }
    }

    /// @dev Called from outside, so that its memory is free again after each story.
    function tell(uint256 seed) external {
        seedWith(seed);
        assertConserved("before the first step");
        for (uint256 i = 0; i < STEPS; ++i) {
            assertConserved(step());
        }
    }

    function _steps() private pure returns (string[KINDS_OF_STEPS] memory) {
        return [
            "pass",
            "settle",
            "reward",
            "bill",
            "credit",
            "open",
            "close",
            "close insolvent",
            "skip",
            "deposit",
            "withdraw",
            "limit",
            "collect",
            "spend",
            "buy a key",
            "move a key",
            "stake",
            "vote",
            "give"
        ];
    }
}
