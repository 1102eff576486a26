// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { System } from "../../src/base/System.sol";
import { DeviceStatus, IDevices, RawScores } from "../../src/devices/IDevices.sol";
import { DevicesFixture } from "./DevicesFixture.sol";

/// @title What an owner accepts, and what the sale of a key changes.
contract OwnershipTest is DevicesFixture {
    struct Change {
        uint256 time;
        address owner;
    }

    function setUp() public {
        setUpNetwork();
    }

    function test_theOwnerAcceptsExactlyWhatWasMeasured() public {
        uint32 id = registerNew("alice");
        measureNow(id, scores(10));
        vm.expectRevert(abi.encodeWithSelector(IDevices.DevicesScoresNotOffered.selector, id));
        this.accept("alice", id, scores(11));
        acceptAs("alice", id, scores(10));
        assertStatus(id, DeviceStatus.Active, "active");
        assertScores(DEVICES.device(id).accepted, scores(10), "what counts");
    }

    function test_nothingIsAcceptedBeforeItWasMeasured() public {
        uint32 id = registerNew("alice");
        vm.expectRevert(abi.encodeWithSelector(IDevices.DevicesScoresNotOffered.selector, id));
        this.accept("alice", id, RawScores(0, 0, 0, 0, 0));
    }

    function test_scoresOfNothingAreAcceptedOnlyWhenTheyWereMeasured() public {
        uint32 id = registerNew("alice");
        measureNow(id, RawScores(0, 0, 0, 0, 0));
        acceptAs("alice", id, RawScores(0, 0, 0, 0, 0));
        assertStatus(id, DeviceStatus.Active, "active, and worth nothing");
        vm.expectRevert(abi.encodeWithSelector(IDevices.DevicesScoresNotOffered.selector, id));
        this.accept("alice", id, RawScores(0, 0, 0, 0, 0));
    }

    function test_guardsAcceptanceAgainstReplayOtherDevicesOwnersAndChains() public {
        uint32 first = registerNew("alice");
        uint32 second = registerNew("alice");
        measureNow(first, scores(10));
        measureNow(second, scores(10));
        uint256 deadline = block.timestamp;
        bytes memory ofFirst = signDigest(keyOf("alice"), acceptanceDigest(first, scores(10), 2, deadline));
        _expectInvalidSignature(alice);
        DEVICES.accept(second, scores(10), deadline, ofFirst);
        bytes memory ofBob = signDigest(keyOf("bob"), acceptanceDigest(first, scores(10), 2, deadline));
        _expectInvalidSignature(alice);
        DEVICES.accept(first, scores(10), deadline, ofBob);
        uint256 chain = block.chainid;
        vm.chainId(chain + 1);
        _expectInvalidSignature(alice);
        DEVICES.accept(first, scores(10), deadline, ofFirst);
        vm.chainId(chain);
        DEVICES.accept(first, scores(10), deadline, ofFirst);
        _expectInvalidSignature(alice);
        DEVICES.accept(first, scores(10), deadline, ofFirst);
        vm.warp(deadline + 1);
        vm.expectRevert(
            abi.encodeWithSelector(IDevices.DevicesDeadlinePassed.selector, deadline, deadline + 1)
        );
        DEVICES.accept(second, scores(10), deadline, ofFirst);
    }

    function test_aSoldKeySuspendsItsDeviceUntilTheBuyerAccepts() public {
        uint32 id = activeDeviceOf("alice");
        vm.recordLogs();
        transferKey(alice, bob, DEVICES.device(id).key);
        assertStatus(id, DeviceStatus.Suspended, "suspended");
        assertEq(DEVICES.device(id).owner, bob, "the buyer's");
        vm.expectRevert(abi.encodeWithSelector(IDevices.DevicesSignatureInvalid.selector, bob));
        this.accept("alice", id, scores(10));
        acceptAs("bob", id, scores(10));
        assertStatus(id, DeviceStatus.Active, "active for the buyer");
    }

    function test_aKeyThatComesBackLeavesNoDeviceActive() public {
        uint32 id = activeDeviceOf("alice");
        uint256 key = DEVICES.device(id).key;
        transferKey(alice, bob, key);
        transferKey(bob, alice, key);
        assertStatus(id, DeviceStatus.Suspended, "its owner has to accept it again");
        acceptAs("alice", id, scores(10));
        assertStatus(id, DeviceStatus.Active, "accepted again");
    }

    /// @dev The acceptance that alice signed before she sold must not make the device active once it comes back.
    function test_anAcceptanceFromBeforeASaleIsWorthNothingWhenItWasUsed() public {
        uint32 id = registerNew("alice");
        measureNow(id, scores(10));
        uint256 deadline = block.timestamp + 60;
        bytes memory signature =
            signDigest(keyOf("alice"), acceptanceDigest(id, scores(10), DEVICES.nonces(alice), deadline));
        DEVICES.accept(id, scores(10), deadline, signature);
        uint256 key = DEVICES.device(id).key;
        transferKey(alice, bob, key);
        transferKey(bob, alice, key);
        _expectInvalidSignature(alice);
        DEVICES.accept(id, scores(10), deadline, signature);
    }

    function test_aSaleBeforeAcceptanceChangesTheOwnerAlone() public {
        uint32 id = registerNew("alice");
        uint256 key = DEVICES.device(id).key;
        transferKey(alice, bob, key);
        assertStatus(id, DeviceStatus.Registered, "still registered");
        measureNow(id, scores(10));
        transferKey(bob, alice, key);
        assertStatus(id, DeviceStatus.Measured, "still measured");
        transferKey(alice, bob, key);
        vm.expectRevert(abi.encodeWithSelector(IDevices.DevicesSignatureInvalid.selector, bob));
        this.accept("alice", id, scores(10));
        acceptAs("bob", id, scores(10));
        assertStatus(id, DeviceStatus.Active, "the owner of now accepted");
    }

    function test_theBuyerOfASuspendedDeviceAcceptsWhatWasMeasuredLast() public {
        uint32 id = activeDeviceOf("alice");
        orderAs(1, id);
        measureNow(id, scores(20));
        transferKey(alice, bob, DEVICES.device(id).key);
        vm.expectRevert(abi.encodeWithSelector(IDevices.DevicesScoresNotOffered.selector, id));
        this.accept("bob", id, scores(10));
        acceptAs("bob", id, scores(20));
        assertScores(DEVICES.device(id).accepted, scores(20), "the newer ones");
    }

    function test_whoOwnedADeviceIsRememberedThroughRetirement() public {
        uint32 id = activeDeviceOf("alice");
        uint256 key = DEVICES.device(id).key;
        uint256 sold = block.timestamp + 1000;
        vm.warp(sold);
        transferKey(alice, bob, key);
        vm.warp(sold + 1000);
        retireAs("bob", id);
        vm.warp(sold + 2000);
        transferKey(bob, stranger, key);
        assertEq(DEVICES.ownerAt(id, sold - 1), alice, "before the sale");
        assertEq(DEVICES.ownerAt(id, sold), bob, "from its second on");
        assertEq(DEVICES.ownerAt(id, sold + 3000), bob, "what happens to the key later is another device's");
    }

    function testFuzz_theOwnerAtAnyTimeEqualsAPlainList(uint256[12] calldata choices, uint256 asked) public {
        uint32 id = registerNew("alice");
        uint256 key = DEVICES.device(id).key;
        address[4] memory people = [alice, bob, stranger, founder];
        Change[] memory list = new Change[](choices.length + 1);
        list[0] = Change(block.timestamp, alice);
        for (uint256 i = 0; i < choices.length; ++i) {
            vm.warp(block.timestamp + (choices[i] % 3));
            address to = people[(choices[i] >> 8) % 4];
            transferKey(list[i].owner, to, key);
            list[i + 1] = Change(block.timestamp, to);
        }
        assertEq(DEVICES.ownerAt(id, 0), _ownerIn(list, 0), "before all");
        for (uint256 time = GENESIS - 1; time <= block.timestamp + 1; ++time) {
            assertEq(DEVICES.ownerAt(id, time), _ownerIn(list, time), "at each second");
        }
        asked = bound(asked, block.timestamp, type(uint40).max);
        assertEq(DEVICES.ownerAt(id, asked), list[list.length - 1].owner, "ahead");
    }

    function test_whoOwnedADeviceForNoSecondNeverOwnedIt() public {
        uint32 id = registerNew("alice");
        uint256 key = DEVICES.device(id).key;
        uint256 registered = block.timestamp;
        transferKey(alice, bob, key);
        transferKey(bob, stranger, key);
        assertEq(DEVICES.ownerAt(id, 0), stranger, "before all");
        vm.warp(registered + 1);
        transferKey(stranger, founder, key);
        transferKey(founder, alice, key);
        assertEq(DEVICES.ownerAt(id, 0), stranger, "before all, after a sale");
        assertEq(DEVICES.ownerAt(id, registered), stranger, "in its first second");
        assertEq(DEVICES.ownerAt(id, registered + 1), alice, "in its second one");
    }

    function test_ownersOfManyDevicesAreAskedAtOnce() public {
        uint32[] memory ids = new uint32[](3);
        (ids[0], ids[1], ids[2]) = (activeDeviceOf("alice"), registerNew("bob"), 99);
        uint256 sold = block.timestamp + 10;
        vm.warp(sold);
        transferKey(alice, stranger, DEVICES.device(ids[0]).key);
        address[] memory before = DEVICES.ownersAt(ids, sold - 1);
        address[] memory since = DEVICES.ownersAt(ids, sold);
        assertEq(before[0], alice, "before the sale");
        assertEq(since[0], stranger, "from its second on");
        assertEq(before[1], bob, "another's");
        assertEq(since[2], address(0), "of nothing nobody");
    }

    function testFuzz_guardsTheNewsOfATransferAgainstEverybodyButTheKeys(address caller) public {
        vm.assume(caller != System.DIGITAL_KEYS);
        uint32 id = activeDeviceOf("alice");
        uint256 key = DEVICES.device(id).key;
        vm.expectRevert(abi.encodeWithSelector(IDevices.DevicesCallerNotKeys.selector, caller));
        vm.prank(caller);
        DEVICES.keyTransferred(key, caller);
    }

    function accept(string calldata name, uint32 id, RawScores calldata accepted) external {
        acceptAs(name, id, accepted);
    }

    /// @dev The last change at or before `time`; the first of all owners (of its second the last) before any.
    function _ownerIn(Change[] memory list, uint256 time) private pure returns (address found) {
        uint256 first = list[0].time;
        if (time < first) time = first;
        for (uint256 i = 0; i < list.length; ++i) {
            if (list[i].time <= time) found = list[i].owner;
        }
    }

    function _expectInvalidSignature(address signer) private {
        vm.expectRevert(abi.encodeWithSelector(IDevices.DevicesSignatureInvalid.selector, signer));
    }
}
