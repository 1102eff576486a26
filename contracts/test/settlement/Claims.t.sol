// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { Payouts } from "../../src/base/Payouts.sol";
import { ILeases } from "../../src/leases/ILeases.sol";
import { InstanceKey } from "../../src/leases/InstanceKey.sol";
import { ISettlement } from "../../src/settlement/ISettlement.sol";
import { Vm } from "../base/Vm.sol";
import { LeafHasher, SettlementFixture } from "./SettlementFixture.sol";

/// @dev Refuses money until it is told to take it.
contract Refuser {
    bool public takes;

    function setTakes(bool takes_) external {
        takes = takes_;
    }

    function collect(Payouts from, address to) external {
        from.collect(to);
    }

    receive() external payable {
        require(takes, "refused");
    }
}

/// @dev Burns all gas it gets and returns a megabyte.
contract Burner {
    receive() external payable {
        assembly {
            return(0, 1000000)
        }
    }
}

/// @dev Tries to be paid again while it is paid.
contract Reenterer {
    ISettlement private immutable settlement;
    ISettlement.Reward private own;
    bool public entered;

    constructor(ISettlement settlement_) {
        settlement = settlement_;
    }

    function set(ISettlement.Reward calldata reward) external {
        own = reward;
    }

    receive() external payable {
        ISettlement.Reward[] memory rewards = new ISettlement.Reward[](1);
        rewards[0] = own;
        ISettlement.Proof memory proof;
        try settlement.payRewards(0, rewards, proof) {
            entered = true;
        } catch { }
    }
}

/// @title What is paid by a proof: rewards, bills, credits; each once, never past the pot.
contract ClaimsTest is SettlementFixture {
    LeafHasher private hasher = new LeafHasher();
    address private alice = makeAddr("alice");

    function setUp() public {
        setUpSettlement();
    }

    function test_aRewardIsPaidOnce() public {
        ISettlement.Reward memory reward = _reward(alice, 1, 500);
        settle(rootOfOne(0, hasher.reward(reward), 500));
        SETTLEMENT.payRewards(0, _list(reward), noProof());
        assertEq(alice.balance, 500, "paid");
        assertTrue(SETTLEMENT.isPaid(0, 1), "marked");
        assertFalse(SETTLEMENT.isPaid(0, 2), "no other");
        SETTLEMENT.payRewards(0, _list(reward), noProof());
        assertEq(alice.balance, 500, "not again");
        assertEq(SETTLEMENT.potLeft(0), 0, "the pot is used up");
    }

    function test_aDeviceWithTwoLeavesIsPaidOnce() public {
        (ISettlement.Reward memory a, ISettlement.Reward memory b) =
            (_reward(alice, 1, 5), _reward(alice, 1, 6));
        bytes32 root = pair(hasher.reward(a), hasher.reward(b));
        settle(rootOfOne(0, root, 11));
        SETTLEMENT.payRewards(0, _pairOf(a, b), _pairProof());
        assertEq(alice.balance, 5, "the first of them");
    }

    function test_thePotIsNeverExceeded() public {
        (ISettlement.Reward memory a, ISettlement.Reward memory b) =
            (_reward(alice, 1, 5), _reward(alice, 2, 6));
        settle(rootOfOne(0, pair(hasher.reward(a), hasher.reward(b)), 10));
        vm.recordLogs();
        SETTLEMENT.payRewards(0, _pairOf(a, b), _pairProof());
        assertEq(alice.balance, 5, "what the pot holds");
        Vm.Log[] memory logs = vm.getRecordedLogs();
        Vm.Log memory last = logs[logs.length - 1];
        assertEq(last.topics[0], ISettlement.RewardSkipped.selector, "the other is skipped");
        assertEq(abi.decode(last.data, (uint256)), uint256(ISettlement.SkipReason.PotExceeded), "and why");
    }

    function test_aPeriodsPotIsItsOwn() public {
        ISettlement.Reward memory reward = _reward(alice, 1, 500);
        bytes32 leaf = hasher.reward(reward);
        settle(rootOfOne(0, leaf, 500));
        settle(rootOfOne(1, leaf, 400));
        SETTLEMENT.payRewards(1, _list(reward), noProof());
        assertEq(alice.balance, 0, "period 1 has 400");
        SETTLEMENT.payRewards(0, _list(reward), noProof());
        assertEq(alice.balance, 500, "period 0 has 500");
    }

    function test_nothingIsPaidWithoutARootOrAProof() public {
        ISettlement.Reward memory reward = _reward(alice, 1, 500);
        vm.expectRevert(abi.encodeWithSelector(ISettlement.SettlementNoRoot.selector, 0));
        SETTLEMENT.payRewards(0, _list(reward), noProof());
        settle(rootOfOne(0, hasher.reward(reward), 500));
        reward.amount = 501;
        vm.expectRevert(abi.encodeWithSelector(ISettlement.SettlementProofInvalid.selector, 0));
        SETTLEMENT.payRewards(0, _list(reward), noProof());
        reward.amount = 500;
        reward.account = address(this);
        vm.expectRevert(abi.encodeWithSelector(ISettlement.SettlementProofInvalid.selector, 0));
        SETTLEMENT.payRewards(0, _list(reward), noProof());
    }

    function test_anEmptyBatchProvesNothing() public {
        ISettlement.Reward memory reward = _reward(alice, 1, 500);
        bytes32 leaf = hasher.reward(reward);
        settle(rootOfOne(0, leaf, 500));
        ISettlement.Proof memory proof = noProof();
        proof.nodes = new bytes32[](1);
        proof.nodes[0] = leaf;
        vm.expectRevert(abi.encodeWithSelector(ISettlement.SettlementProofInvalid.selector, 0));
        SETTLEMENT.payRewards(0, new ISettlement.Reward[](0), proof);
        vm.expectRevert(abi.encodeWithSelector(ISettlement.SettlementProofInvalid.selector, 0));
        SETTLEMENT.payBills(0, new ILeases.Bill[](0), proof);
    }

    function test_aLeafOfOneKindIsNotOneOfAnother() public {
        InstanceKey instance = InstanceKey.wrap(bytes32(bytes20(alice)));
        settle(rootOfOne(0, hasher.bill(instance, 1, 1), 0));
        ISettlement.Credit[] memory credits = new ISettlement.Credit[](1);
        credits[0] = ISettlement.Credit(instance, 1, 1);
        vm.expectRevert(abi.encodeWithSelector(ISettlement.SettlementProofInvalid.selector, 0));
        SETTLEMENT.payCredits(0, credits, noProof());
    }

    function test_whatAReceiverRefusesIsKeptForIt() public {
        Refuser refuser = new Refuser();
        ISettlement.Reward memory reward = _reward(address(refuser), 1, 500);
        settle(rootOfOne(0, hasher.reward(reward), 500));
        SETTLEMENT.payRewards(0, _list(reward), noProof());
        assertEq(SETTLEMENT.owedTo(address(refuser)), 500, "kept");
        refuser.collect(SETTLEMENT, alice);
        assertEq(alice.balance, 500, "collected");
        vm.expectRevert(abi.encodeWithSelector(Payouts.PayoutsNothingOwed.selector, address(refuser)));
        refuser.collect(SETTLEMENT, alice);
    }

    function test_aCollectionThatIsRefusedStaysOwed() public {
        Refuser refuser = new Refuser();
        ISettlement.Reward memory reward = _reward(address(refuser), 1, 500);
        settle(rootOfOne(0, hasher.reward(reward), 500));
        SETTLEMENT.payRewards(0, _list(reward), noProof());
        vm.expectRevert(abi.encodeWithSelector(Payouts.PayoutsRefused.selector, address(refuser), 500));
        refuser.collect(SETTLEMENT, address(refuser));
        assertEq(SETTLEMENT.owedTo(address(refuser)), 500, "still owed");
    }

    function test_aReceiverThatBurnsGasDoesNotStopTheBatch() public {
        Burner burner = new Burner();
        (ISettlement.Reward memory a, ISettlement.Reward memory b) =
            (_reward(address(burner), 1, 5), _reward(alice, 2, 6));
        settle(rootOfOne(0, pair(hasher.reward(a), hasher.reward(b)), 11));
        SETTLEMENT.payRewards{ gas: 400_000 }(0, _pairOf(a, b), _pairProof());
        assertEq(alice.balance, 6, "the next one is paid");
        assertEq(SETTLEMENT.owedTo(address(burner)), 5, "the burner's is kept");
    }

    function test_aCallerCannotStarveAReceiver() public {
        ISettlement.Reward memory reward = _reward(alice, 1, 500);
        settle(rootOfOne(0, hasher.reward(reward), 500));
        (bool done, bytes memory reason) = address(SETTLEMENT).call{ gas: 150_000 }(
            abi.encodeCall(ISettlement.payRewards, (0, _list(reward), noProof()))
        );
        assertFalse(done, "too little gas");
        assertTrue(bytes4(reason) == Payouts.PayoutsGasTooLow.selector, "says so");
    }

    function test_aReceiverCannotEnterAgain() public {
        Reenterer reenterer = new Reenterer(SETTLEMENT);
        ISettlement.Reward memory reward = _reward(address(reenterer), 1, 500);
        reenterer.set(reward);
        settle(rootOfOne(0, hasher.reward(reward), 1000));
        SETTLEMENT.payRewards(0, _list(reward), noProof());
        assertFalse(reenterer.entered(), "entered");
        assertEq(SETTLEMENT.potLeft(0), 500, "paid once at most");
    }

    function test_billsReachTheLeasesByProof() public {
        InstanceKey instance = InstanceKey.wrap(bytes32(bytes20(alice)));
        settle(rootOfOne(0, hasher.bill(instance, 3, 120), 0));
        ILeases.Bill[] memory bills = new ILeases.Bill[](1);
        bills[0] = ILeases.Bill(instance, 3, 120);
        SETTLEMENT.payBills(0, bills, noProof());
        assertEq(LEASES.lastSeconds(), 120, "billed");
        bills[0].secondsSeen = 121;
        vm.expectRevert(abi.encodeWithSelector(ISettlement.SettlementProofInvalid.selector, 0));
        SETTLEMENT.payBills(0, bills, noProof());
    }

    function test_creditsReachTheTreasuryOnceTheirMonthIsOver() public {
        InstanceKey instance = InstanceKey.wrap(bytes32(bytes20(alice)));
        ISettlement.Credit[] memory credits = new ISettlement.Credit[](1);
        credits[0] = ISettlement.Credit(instance, 0, 77);
        bytes32 leaf = hasher.credit(credits[0]);
        uint256 lastOfMonth = 30 days / PERIOD - 1;
        settle(rootOfOne(lastOfMonth - 1, leaf, 0));
        SETTLEMENT.payCredits(lastOfMonth - 1, credits, noProof());
        assertEq(TREASURY.credited(InstanceKey.unwrap(instance), 0), 0, "the month is not over");
        settle(rootOfOne(lastOfMonth, leaf, 0));
        SETTLEMENT.payCredits(lastOfMonth, credits, noProof());
        assertEq(TREASURY.credited(InstanceKey.unwrap(instance), 0), 77, "credited");
    }

    function testFuzz_anyLeafOfATreeIsPaidByItsProof(uint256 seed) public {
        uint256 count = 2 + seed % 15;
        bytes32[] memory tree = new bytes32[](2 * count - 1);
        for (uint256 i = 0; i < count; ++i) {
            tree[2 * count - 2 - i] = hasher.reward(_reward(alice, uint32(i + 1), uint96(i + 1)));
        }
        for (uint256 i = count - 1; i > 0; --i) {
            tree[i - 1] = pair(tree[2 * i - 1], tree[2 * i]);
        }
        settle(rootOfOne(0, tree[0], count * (count + 1) / 2));
        uint256 chosen = (seed >> 8) % count;
        ISettlement.Proof memory proof = _proofOf(tree, 2 * count - 2 - chosen);
        SETTLEMENT.payRewards(0, _list(_reward(alice, uint32(chosen + 1), uint96(chosen + 1))), proof);
        assertEq(alice.balance, chosen + 1, "paid");
    }

    function _proofOf(bytes32[] memory tree, uint256 index)
        private
        pure
        returns (ISettlement.Proof memory proof)
    {
        uint256 depth = 0;
        for (uint256 i = index; i > 0; i = (i - 1) / 2) {
            ++depth;
        }
        proof.nodes = new bytes32[](depth);
        proof.flags = new bool[](depth);
        depth = 0;
        for (uint256 i = index; i > 0; i = (i - 1) / 2) {
            proof.nodes[depth++] = tree[i % 2 == 0 ? i - 1 : i + 1];
        }
    }

    function _reward(address account, uint32 device, uint96 amount)
        private
        pure
        returns (ISettlement.Reward memory)
    {
        return ISettlement.Reward(account, device, amount, 300, 5000);
    }

    function _list(ISettlement.Reward memory reward) private pure returns (ISettlement.Reward[] memory list) {
        list = new ISettlement.Reward[](1);
        list[0] = reward;
    }

    function _pairOf(ISettlement.Reward memory a, ISettlement.Reward memory b)
        private
        pure
        returns (ISettlement.Reward[] memory list)
    {
        list = new ISettlement.Reward[](2);
        (list[0], list[1]) = (a, b);
    }

    function _pairProof() private pure returns (ISettlement.Proof memory proof) {
        proof.nodes = new bytes32[](0);
        proof.flags = new bool[](1);
        proof.flags[0] = true;
    }
}
